"use strict";
(() => {
  const root = document.documentElement;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const colors = JSON.parse(document.getElementById("colors")?.textContent ?? "{}");
  const byName = Object.fromEntries(Object.entries(colors).map(([light, dark]) => [light.toLowerCase(), dark]));
  const dark = () => root.dataset.theme === "dark";

  // Charts are described in the colors of the light theme; the dark theme's are put in their place.
  const hex = (numbers) => "#" + numbers.map((n) => Number(n).toString(16).padStart(2, "0")).join("");
  const numbers = (color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  function recolored(value) {
    if (typeof value === "string") {
      const clear = value.match(/^rgba\((\d+),(\d+),(\d+),([\d.]+)\)$/);
      if (!clear) return byName[value.toLowerCase()] ?? value;
      const other = byName[hex(clear.slice(1, 4))];
      return other ? `rgba(${numbers(other).join(",")},${clear[4]})` : value;
    }
    if (Array.isArray(value)) return value.map(recolored);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, name === "bdata" ? entry : recolored(entry)]));
  }

  const canDrawSpace = (() => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  })();

  // Without WebGL, space is seen from the side: the first coordinate against the third.
  function flattened(spec) {
    const { scene, ...layout } = spec.layout;
    const data = spec.data.map(({ y, z, type, scene: _, ...trace }) => ({ ...trace, y: z, type: "scatter" }));
    const axis = ({ backgroundcolor, ...rest }) => rest;
    return { data, layout: { ...layout, margin: { l: 56, r: 12, t: 28, b: 44 }, xaxis: axis(scene.xaxis), yaxis: axis(scene.zaxis) } };
  }

  function draw(chart) {
    let spec = JSON.parse(chart.nextElementSibling.textContent);
    if (chart.classList.contains("space") && !canDrawSpace) spec = flattened(spec);
    if (dark()) spec = recolored(spec);
    spec.layout.autosize = true;
    delete spec.layout.template;
    if (spec.layout.scene) {
      const far = chart.clientWidth < 420 ? 1.2 : 1; // Labels stay inside on a narrow screen.
      spec.layout.scene.camera = chart.layout?.scene?.camera ?? { eye: { x: 1.65 * far, y: -1.45 * far, z: 0.65 * far }, center: { x: 0, y: 0, z: -0.12 } };
      spec.layout.scene.aspectmode = "cube";
    }
    const options = { responsive: true, displaylogo: false, displayModeBar: false };
    chart.dataset.drawn = "yes";
    return Plotly.react(chart, spec.data, spec.layout, options);
  }

  const drawAll = (place, again) =>
    place.querySelectorAll(".chart").forEach((chart) => (again ? chart.dataset.drawn && draw(chart) : chart.dataset.drawn || draw(chart)));

  // Theme: the reader's system decides until the reader does.
  const toggle = document.getElementById("theme");
  function setTheme(name) {
    root.dataset.theme = name;
    toggle.textContent = name === "dark" ? "Light" : "Dark";
    toggle.setAttribute("aria-pressed", String(name === "dark"));
    toggle.setAttribute("aria-label", `Switch to ${name === "dark" ? "light" : "dark"} colors`);
    drawAll(document, true);
  }
  setTheme(prefersDark.matches ? "dark" : "light");
  let chosen = false;
  prefersDark.addEventListener("change", () => chosen || setTheme(prefersDark.matches ? "dark" : "light"));
  toggle.addEventListener("click", () => { chosen = true; setTheme(dark() ? "light" : "dark"); });

  // Tabs: one is open; arrow keys, Home and End move between them, as the ARIA practices describe.
  const tabs = [...document.querySelectorAll("[role=tab]")];
  function open(tab, focus) {
    for (const other of tabs) {
      const selected = other === tab;
      other.setAttribute("aria-selected", String(selected));
      other.tabIndex = selected ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !selected;
    }
    if (focus) tab.focus();
    drawAll(document.getElementById(tab.getAttribute("aria-controls")), false);
  }
  tabs.forEach((tab, i) => {
    tab.addEventListener("click", () => { open(tab, false); history.replaceState(null, "", "#" + tab.getAttribute("aria-controls")); });
    tab.addEventListener("keydown", (event) => {
      const next = { ArrowRight: i + 1, ArrowLeft: i - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      open(tabs[next % tabs.length], true);
    });
  });
  if (tabs.length) {
    document.querySelectorAll(".hero").forEach((hero) => drawAll(hero, false));
    open(tabs.find((tab) => "#" + tab.getAttribute("aria-controls") === location.hash) ?? tabs[0], false);
  }
  addEventListener("beforeprint", () => {
    document.querySelectorAll("[role=tabpanel]").forEach((panel) => { panel.dataset.closed = panel.hidden; panel.hidden = false; drawAll(panel, false); });
  });
  addEventListener("afterprint", () => {
    document.querySelectorAll("[role=tabpanel]").forEach((panel) => { panel.hidden = panel.dataset.closed === "true"; });
  });

  // The attractor turns until it is touched; readers who asked for less motion start it themselves.
  const turn = document.getElementById("turn");
  const space = document.querySelector(".hero .chart.space");
  if (turn && space && canDrawSpace) {
    let turning = false, busy = false, last = 0;
    const show = () => { turn.textContent = turning ? "Pause" : "Turn"; turn.setAttribute("aria-pressed", String(turning)); };
    const set = (on) => { if (on !== turning) { turning = on; show(); if (on) requestAnimationFrame(step); } };
    function step(now) {
      if (!turning) return;
      if (!busy && now - last > 40 && !document.hidden && space.layout?.scene) {
        const { eye } = space.layout.scene.camera;
        const angle = Math.atan2(eye.y, eye.x) + 0.006 * Math.min(3, Math.max(1, (now - last) / 40));
        const radius = Math.hypot(eye.x, eye.y);
        last = now;
        busy = true;
        Plotly.relayout(space, { "scene.camera.eye": { x: radius * Math.cos(angle), y: radius * Math.sin(angle), z: eye.z } })
          .finally(() => { busy = false; });
      }
      requestAnimationFrame(step);
    }
    turn.hidden = false;
    show();
    turn.addEventListener("click", () => set(!turning));
    for (const kind of ["pointerdown", "wheel"]) space.addEventListener(kind, () => set(false), { passive: true });
    set(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  }

  // A figure is saved panel by panel: as an image, or as the numbers that are drawn.
  function save(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  function numbersOf(chart) {
    const lines = ["trace,x,y,z"];
    for (const trace of chart._fullData) {
      const cell = (values, i) => (values && values[i] !== undefined && typeof values[i] !== "object" ? values[i] : "");
      const name = `"${(trace.name ?? "").replaceAll('"', '""')}"`;
      for (let i = 0; i < (trace.x?.length ?? 0); i++) lines.push([name, cell(trace.x, i), cell(trace.y, i), cell(trace.z, i)].join(","));
    }
    return lines.join("\n") + "\n";
  }
  // Plotly takes one image at a time: what is asked for meanwhile waits for its turn.
  let lastImage = Promise.resolve();
  function saveImage(chart, options) {
    const image = lastImage.then(() => Plotly.downloadImage(chart, options));
    lastImage = image.catch(() => {});
    return image;
  }
  document.querySelectorAll(".downloads button").forEach((button) => button.addEventListener("click", async () => {
    const figure = button.closest(".figure");
    const charts = [...figure.querySelectorAll(".chart")];
    for (const [i, chart] of charts.entries()) {
      if (!chart.dataset.drawn) await draw(chart);
      const name = figure.dataset.figure + (charts.length > 1 ? `-${i + 1}` : "");
      if (button.dataset.kind === "csv") save(numbersOf(chart), `${name}.csv`);
      else await saveImage(chart, { format: button.dataset.kind, filename: name, scale: button.dataset.kind === "png" ? 2 : 1, width: chart.clientWidth, height: chart.clientHeight });
    }
  }));

  // Copying needs a permission that file:// pages may lack; the command is selected then.
  document.querySelectorAll(".copy").forEach((button) => button.addEventListener("click", async () => {
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }));
  root.dataset.ready = "yes";
})();
