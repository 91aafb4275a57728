"use strict";
(() => {
  const margin = 14;
  function draw(canvas) {
    const bytes = Uint8Array.from(atob(canvas.dataset.points), (letter) => letter.charCodeAt(0));
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const place = (i) => [
      margin + (bytes[i] / 255) * (canvas.width - 2 * margin),
      canvas.height - margin - (bytes[i + 1] / 255) * (canvas.height - 2 * margin),
    ];
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = pen.fillStyle = style.getPropertyValue("--accent").trim() || "#0072B2";
    if (canvas.dataset.flow === "true") {
      pen.lineWidth = 1;
      pen.lineJoin = "round";
      pen.beginPath();
      for (let i = 0; i < bytes.length; i += 2) pen[i ? "lineTo" : "moveTo"](...place(i));
      pen.stroke();
    } else {
      for (let i = 0; i < bytes.length; i += 2) { const [x, y] = place(i); pen.fillRect(x - 1, y - 1, 2, 2); }
    }
  }
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { draw(entry.target); entry.target.dataset.drawn = "yes"; }
  }, { rootMargin: "400px" });
  const canvases = document.querySelectorAll(".gallery canvas");
  canvases.forEach((canvas) => seen.observe(canvas));
  new MutationObserver(() => canvases.forEach((canvas) => canvas.dataset.drawn && draw(canvas)))
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
})();
