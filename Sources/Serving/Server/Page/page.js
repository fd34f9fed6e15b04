"use strict";

const element = (id) => document.getElementById(id);
let picture = null;
let running = null;

function choose(file) {
  if (!file) return;
  picture = file;
  const image = element("picture");
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(file);
  image.alt = file.name || "the picture";
  image.hidden = false;
  element("hint").hidden = true;
  element("send").disabled = false;
  caption();
}

function show(text, isError) {
  element("status").textContent = text;
  element("status").className = isError ? "error" : "";
}

const dataAddress = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

// The events of a stream, as they come.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) if (part.startsWith("data: ")) yield part.slice(6);
  }
}

async function caption() {
  if (!picture) return;
  if (running) running.abort();
  const mine = running = new AbortController();
  const output = element("caption");
  output.textContent = "";
  if (picture.size === 0) {
    running = null;
    show("The file is empty.", true);
    return;
  }
  element("stop").disabled = false;
  show("Waiting …");
  const start = performance.now();
  try {
    const content = [{ type: "image_url", image_url: { url: await dataAddress(picture) } }];
    const question = element("text").value.trim();
    if (question) content.push({ type: "text", text: question });
    const headers = { "Content-Type": "application/json" };
    const token = element("token").value;
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await fetch("v1/chat/completions", {
      method: "POST", headers, signal: mine.signal,
      body: JSON.stringify({ messages: [{ role: "user", content }], stream: true }),
    });
    if (response.status === 401) {
      element("token-row").hidden = false;
      element("token").focus();
      throw new Error("This server wants its token.");
    }
    if (!response.ok) throw new Error((await response.json()).error.message);
    let [reason, note] = ["", ""];
    for await (const event of events(response.body)) {
      if (event === "[DONE]") break;
      const chunk = JSON.parse(event);
      if (chunk.error) throw new Error(chunk.error.message);
      const choice = chunk.choices[0];
      if (!choice) continue;
      output.textContent += choice.delta.content ?? "";
      reason = choice.finish_reason ?? reason;
      note = choice.note ?? note;
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    show(`${seconds} s${reason === "length" ? "; cut off at its maximum length" : ""}${note ? `; ${note}` : ""}`);
  } catch (error) {
    if (mine !== running) return;
    if (error.name === "AbortError") show("Stopped");
    else show(error instanceof TypeError ? "The server does not answer." : error.message, true);
  } finally {
    if (mine === running) {
      running = null;
      const hadFocus = document.activeElement === element("stop");
      element("stop").disabled = true;
      if (hadFocus) element("send").focus();
    }
  }
}

element("file").addEventListener("change", (event) => choose(event.target.files[0]));
element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  caption();
});
element("stop").addEventListener("click", () => { if (running) running.abort(); });
// A picture may be dropped anywhere: beside the box the browser would open it in place of this page.
for (const name of ["dragover", "dragleave", "drop"]) {
  window.addEventListener(name, (event) => {
    event.preventDefault();
    element("drop").classList.toggle("over", name === "dragover");
    if (name === "drop") choose(event.dataTransfer.files[0]);
  });
}
document.addEventListener("paste", (event) => choose([...event.clipboardData.files][0]));
