// Put into a lab's page before anything of its own: when it can be used, how long its steps hold the page, when a task is done.
{
  const steps = { frame: [], timer: [], pointer: [] };
  const watch = { usable: 0, began: 0, took: 0, steps, armed: null, clear };
  window.qimingBench = watch;

  function clear() {
    for (const name of Object.keys(steps)) steps[name].length = 0;
  }
  const timed =
    (into, act) =>
    (...given) => {
      const from = performance.now();
      act(...given);
      into.push(performance.now() - from);
    };
  for (const [name, into] of [
    ["requestAnimationFrame", steps.frame],
    ["setInterval", steps.timer],
    ["setTimeout", steps.timer],
  ]) {
    const ask = window[name].bind(window);
    window[name] = (act, ...rest) => ask(typeof act === "function" ? timed(into, act) : act, ...rest);
  }

  // The first and the last to hear of a move: between them lies what the lab does about it.
  let moved = 0;
  window.addEventListener(
    "pointermove",
    () => {
      moved = performance.now();
    },
    { capture: true },
  );
  window.addEventListener("pointermove", () => steps.pointer.push(performance.now() - moved));
  window.addEventListener(
    "click",
    () => {
      if (!watch.armed || watch.began) return;
      clear();
      watch.began = performance.now();
    },
    { capture: true },
  );

  new MutationObserver(() => {
    if (!watch.usable && document.querySelector("section[data-lab] > div button:not([disabled])"))
      watch.usable = performance.now();
    if (!watch.began || watch.took) return;
    const said = document.querySelector(watch.armed.where)?.textContent ?? "";
    if (new RegExp(watch.armed.done).test(said)) watch.took = performance.now() - watch.began;
  }).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
}
