"""The session as Markdown."""

from .measuring import STAGES
from .ratios import Target
from .roof import Roof

HEADINGS = {
    "decode_image": "pictures", "vision": "vision", "q_former": "Q-Former", "prefill": "prefill",
    "decode_tokens": "decode", "other": "other"}


def markdown(content: dict[str, object], targets: list[Target]) -> str:
    """- Parameter content: of the JSON file, its `summary` among it."""
    session, rows = content["session"], content["summary"]
    return "\n".join([*_session(session), "", *_figures(rows), "", *_targets(targets), "", *_commands(rows), ""])


def _session(session: dict) -> list[str]:
    machine, settings = session["machine"], session["comparable"]
    packages = ", ".join(f"{name} {version}" for name, version in session["versions"].items())
    memory = f", {machine['memory_bytes'] / 2**30:.0f} GiB of memory" if machine["memory_bytes"] else ""
    lines = [
        f"# Benchmark against transformers and OpenVINO, {session['started']}",
        f"{machine['processor']} ({', '.join(machine['extensions'])}), {settings['threads']} threads{memory}. "
        f"Model: {settings['checkpoint']}, random weights; {settings['new_tokens']} new tokens, greedy; medians, "
        "loading and a warm-up left out.",
        f"{packages}. Command: `{session['command']}`."]
    roof = Roof(session.get("roof"))
    roofs = [f"{name.rpartition(',')[0]} {value:.0f}{name.rpartition(',')[2]}" for name, value in roof.roofs.items()
             if not name.startswith("read")]
    if roof.reads:
        roofs.append(f"memory read at {roof.reads / 1e9:.1f} GB/s, the faster of kernel-benchmark and torch")
    if roofs:
        lines.append(f"Roof of {settings['threads']} threads: {'; '.join(roofs)}.")
    if session["removed_variables"]:
        lines.append(f"Taken out of the environment: {', '.join(session['removed_variables'])}.")
    if session["missing"]:
        lines += ["", *(f"- {name}: {reason}" for name, reason in session["missing"].items())]
    return lines


def _figures(rows: list[dict]) -> list[str]:
    titles = " | ".join(HEADINGS[stage] for stage in STAGES)
    lines = [
        "## Seconds per image",
        f"| | precision | batch | threads | seconds | lowest-highest | {titles} | peak GB | runs "
        "| agrees with float32 |",
        "|" + "---|" * (9 + len(STAGES))]
    for row in rows:
        label = f"{row['who']}, {HEADINGS.get(row['what'], row['what'])}" + (f" ({row['note']})" if row["note"] else "")
        start = f"| {label} | {row['precision']} | {row['batch']} | {row['threads']} |"
        if "failure" in row:
            lines.append(f"{start} {row['failure'].replace('|', '/')} |" + " |" * (4 + len(STAGES)))
            continue
        stages = " | ".join(_seconds(row["stages"].get(stage)) for stage in STAGES)
        low, high = row["range"]
        lines.append(
            f"{start} **{_seconds(row['seconds'])}** | {_seconds(low)}-{_seconds(high)} | {stages} | "
            f"{row['peak_resident_bytes'] / 1e9:.2f} | {row['repetitions']} | {row['agreement']} |")
    return lines


def _targets(targets: list[Target]) -> list[str]:
    lines = ["## Aims", "| | at least | aim | measured | | how |", "|---|---|---|---|---|---|"]
    for target in targets:
        measured = "" if target.measured is None else f"**{target.measured:.3g} {target.unit}**"
        lines.append(
            f"| {target.what} | {target.at_least:g} {target.unit} | {target.aim:g} {target.unit} | {measured} | "
            f"{target.verdict} | {target.explanation} |")
    return lines


def _commands(rows: list[dict]) -> list[str]:
    lines = ["## Commands and kernels"]
    for row in rows:
        if "failure" not in row:
            lines += [f"- `{row['name']}`: {row['kernels']}", f"  `{row['command']}`"]
    return lines


def _seconds(value: float | None) -> str:
    """Three digits that matter, never as a power of ten."""
    if value is None:
        return ""
    return f"{value:.3f}" if value >= 0.01 else f"{value:.5f}"
