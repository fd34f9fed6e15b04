"""Makes a run's files to test a report with: ten thousand rows of some images, their captions, and errors among them.

The captions of the images are real; the old captions are invented as alternative texts on the web are, and some new ones
as a bad model would have them, by a seeded generator. Some rows hold what a page must not stumble over.
"""

import argparse
import json
import random
from pathlib import Path

FUNCTION_WORDS = set("a an the on of to in and above below left right background with".split())
REPETITIONS = ["a close up of a picture", "a white background with a black border", "the logo for the company", "a blurry photo"]
KEYWORDS = "stock vector icon isolated illustration flat design cartoon symbol sticker clipart free download png art".split()
HARMFUL = ["</script><script>document.title='broken'</script>", "<img src=x onerror=\"document.title='broken'\">",
           "line\u2028separator and \"quotes\" & <b>tags</b>", "a dog <!-- <script> that is not closed",
           "عنوان صورة قديمة \u202e reversed", "一只狗坐在沙滩上", "naïve café 👩‍👩‍👧 e\u0301", "tab\tand\\backslash\u0000null"]
THRESHOLD = 0.28
ERRORS = [("read", "cannot read {}: No such file or directory"), ("decode", "not a JPEG, PNG, GIF, BMP or WebP image: looks like JPEG XL"),
          ("decode", "broken JPEG: the file ends within the header"), ("decode", "the file is empty"),
          ("sample", "its text has a place for 2 images, and there are 1")]


def new_caption(caption, draw):
    """What a model says: mostly what it said, now and then what says little, seldom the same words without end."""
    chance = draw.random()
    if chance < 0.05:
        return draw.choices(REPETITIONS, [12, 5, 2, 1])[0]
    if chance < 0.06:
        return caption + " and" + draw.choice([" a picture of", " the same", " a"]) * draw.randint(4, 9)
    return caption


def old_caption(caption, number, draw):
    """What a web page said beside the image."""
    nouns = [word for word in caption.split() if word not in FUNCTION_WORDS] or ["picture"]
    keywords = draw.sample(KEYWORDS, min(len(KEYWORDS), 1 + int(draw.expovariate(0.2))))
    first = nouns[0].capitalize()
    return draw.choices([
        f"IMG_{4000 + number % 5000}.JPG",
        " ".join(nouns + keywords),
        f"{first} {' '.join(keywords[:3])} - Buy {nouns[-1]} online at the best price",
        f"{first} | {' | '.join(keywords)}",
        nouns[-1],
        f"{first} image result for {' '.join(nouns)}, {', '.join(keywords)}, all rights reserved, click to enlarge",
    ], [1, 5, 2, 2, 2, 3])[0]


def scored(record, old, draw):
    """A record as a run writes it that keeps the better text, and captions where the old one scores below THRESHOLD."""
    scores = {"old": round(draw.gauss(0.24, 0.04), 7), "new": round(draw.gauss(0.28, 0.03), 7)}
    new = record["caption"]
    is_spared = scores["old"] >= THRESHOLD
    kept = "old" if is_spared or not scores["new"] > scores["old"] else "new"
    record |= {"caption": old if kept == "old" else new, "similarity": scores[kept], "old_caption": old,
               "old_similarity": scores["old"]}
    if kept == "old" and not is_spared:
        record |= {"new_caption": new, "new_similarity": scores["new"]}
    record["kept"] = kept


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("captions", type=Path, help="records of images with log-probabilities, each used many times")
    parser.add_argument("pictures", type=Path, help="the folder of those pictures")
    parser.add_argument("folder", type=Path, help="where captions.jsonl, its companions, data.jsonl and images/ go")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--scores", action="store_true", help="add invented similarities, and keep the better text")
    arguments = parser.parse_args()
    originals = [json.loads(line) for line in arguments.captions.read_text(encoding="utf-8").splitlines()]
    originals = [record for record in originals if "caption" in record]
    images = arguments.folder / "images"
    draw, draw_scores = random.Random(5), random.Random(6)
    records, samples, errors = [], [], []
    for number in range(arguments.rows):
        original = draw.choice(originals)
        picture = arguments.pictures / original["image"]
        name = f"images/{number // 100:05}/{number:09}{picture.suffix}"
        identity = f"{number * 37 % 1_000_000:09}"
        old, new = old_caption(original["caption"], number, draw), new_caption(original["caption"], draw)
        if number % 501 == 7:
            old, new = HARMFUL[number // 501 % len(HARMFUL)], HARMFUL[(number // 501 + 3) % len(HARMFUL)]
            identity += "</script>"
        if number % 97 == 5:
            new = old
        record = {"id": identity, "image": name}
        kind = draw.random()
        if kind < 0.012:
            stage, message = draw.choices(ERRORS, [3, 4, 2, 1, 1])[0]
            record["error"] = {"stage": stage, "message": message.format(name)}
            errors.append({"index": number, "id": identity, "image": name, **record["error"]})
        else:
            score = original["log_probability"] - (0 if new == original["caption"] else draw.expovariate(0.1))
            record |= {"caption": new, "log_probability": round(score, 4)}
            if arguments.scores:
                scored(record, old, draw_scores)
            if kind > 0.997:
                record["note"] = "the file ends early"
        if record.get("error", {}).get("stage") != "read":
            target = arguments.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(picture.read_bytes())
        records.append(record)
        samples.append({"id": identity, "text": f"<__dj__image>\n{old} <|__dj__eoc|>", "images": [name]})
    images.mkdir(parents=True, exist_ok=True)
    sessions = []
    for share, speed in ((0.38, 7.4), (0.62, 7.1)):
        seconds, finished, marks = 0.0, 0, []
        while finished < share * arguments.rows:
            step = 10.0
            seconds += step
            finished += max(1, round(step * draw.gauss(speed, 0.35)))
            marks.append([round(seconds, 1), finished])
        sessions.append({"started": "2026-01-05T08:00:00Z", "seconds": seconds, "done": finished, "failed": 0, "rates": marks})
    run = {"version": 1, "inputs": [str((arguments.folder / "data.jsonl").resolve())], "total": arguments.rows,
           "settings": {"model": "demo", "precision": "f32", "max_new_tokens": 30, "num_beams": 1, "prompt": None,
                        "format": "jsonl", "log_probabilities": True}, "sessions": sessions}
    if arguments.scores:
        run["settings"] |= {"clip": "invented", "clip_precision": "f32", "keep_caption": "better", "recaption_below": THRESHOLD}
    for name, rows in (("captions.jsonl", records), ("captions.jsonl.errors.jsonl", errors), ("data.jsonl", samples)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (arguments.folder / name).write_text(text, encoding="utf-8")
    (arguments.folder / "captions.jsonl.run.json").write_text(json.dumps(run), encoding="utf-8")


if __name__ == "__main__":
    main()
