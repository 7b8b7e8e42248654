"use strict";
(() => {
  const { graph } = JSON.parse(document.getElementById("answer").textContent);
  const steps = [...document.querySelectorAll(".step")];
  const choices = [...document.querySelectorAll('input[name="edit"]')];
  const verdicts = { true: "re-runs", "if-changed": "perhaps", false: "stays" };
  const lanes = document.querySelector(".lanes");
  const svg = document.querySelector(".edges");
  const drawn = graph.edges.map((edge) => [edge, shape("path", edge.kind), shape("path", "tip")]);
  let states = new Map();

  function number(step) {
    return Number(step.id.slice("step-".length));
  }

  function shape(tag, kind) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    made.setAttribute("class", kind);
    svg.append(made);
    return made;
  }

  /* `at` is the number of an edit; beyond them is "no edit", which says when each step re-runs. */
  function choose(at) {
    const edit = graph.edits[at];
    states = new Map((edit ? edit.steps : []).map((each) => [each.step, each]));
    document.getElementById("summary").textContent = edit ? edit.summary : graph.idle;
    say(document.getElementById("note"), (edit && edit.note) || "");
    steps.forEach((step) => light(step, states.get(number(step)), !edit));
    drawn.forEach(([edge, ...parts]) => parts.forEach((part) => mark(part, heat(edge))));
  }

  function light(step, fate, idle) {
    const why = step.querySelector(".why");
    mark(step, fate && String(fate.reruns));
    step.querySelector(".badge").textContent = fate ? verdicts[fate.reruns] : "";
    say(why, fate ? fate.reason : idle ? why.dataset.when : "");
  }

  /* What is between backquotes is code. */
  function say(element, text) {
    const parts = text.split("`");
    const paired = parts.length % 2 === 1;
    element.replaceChildren(...(paired ? parts.map((part, at) => (at % 2 ? code(part) : part)) : [text]));
  }

  function code(text) {
    const made = document.createElement("code");
    made.textContent = text;
    return made;
  }

  function mark(element, state) {
    if (state && state !== "undefined") element.dataset.state = state;
    else delete element.dataset.state;
  }

  /* A line is lit if both of its ends are: what is taken has changed, and its taker with it. */
  function heat(edge) {
    const taken = state(graph.last[edge.stage]);
    const taker = edge.kind === "from" ? taken : state(edge.step);
    if (!taken || !taker || taken === "false" || taker === "false") return undefined;
    return taker;
  }

  function state(step) {
    const fate = states.get(step);
    return fate && String(fate.reruns);
  }

  function draw() {
    const origin = lanes.getBoundingClientRect();
    const slots = new Map();
    drawn.forEach(([edge, line, tip]) => {
      const slot = slots.get(edge.stage) || 0;
      slots.set(edge.stage, slot + 1);
      const left = box("stage", edge.stage);
      const taken = graph.last[edge.stage] === null ? left : box("step", graph.last[edge.stage]);
      const step = box("step", edge.step);
      const x1 = left.right - origin.left;
      const y1 = taken.top - origin.top + Math.min(14 + slot * 9, taken.height - 6);
      const x2 = box("stage", edge.taker).left - origin.left;
      const y2 = step.top - origin.top + Math.min(18, step.height / 2);
      const bend = Math.max(26, (x2 - x1) * 0.45);
      line.setAttribute("d", `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - 8 - bend} ${y2} ${x2 - 8} ${y2}`);
      tip.setAttribute("d", `M${x2} ${y2} l-9 -4.5 v9 z`);
    });
  }

  function box(kind, at) {
    return document.getElementById(`${kind}-${at}`).getBoundingClientRect();
  }

  function fromAddress() {
    const found = /^#change=(.*)$/s.exec(location.hash);
    if (!found) return -1;
    try {
      const change = decodeURIComponent(found[1]);
      return graph.edits.findIndex((edit) => edit.change === change);
    } catch {
      return -1;
    }
  }

  function follow() {
    const at = Math.max(fromAddress(), 0);
    choices[at].checked = true;
    choose(at);
  }

  choices.forEach((choice, at) => {
    choice.addEventListener("change", () => {
      const edit = graph.edits[at];
      const address = edit ? `#change=${encodeURIComponent(edit.change)}` : "#";
      try {
        history.replaceState(null, "", address);
      } catch {
        /* An address that cannot be kept, as in a sandboxed frame. */
      }
      choose(at);
    });
  });
  addEventListener("hashchange", () => {
    if (fromAddress() >= 0) follow();
  });
  document.querySelector(".edits").hidden = false;
  document.querySelector(".said").hidden = false;
  document.querySelector("main").classList.add("chosen");
  follow();
  draw();
  new ResizeObserver(draw).observe(lanes);
})();
