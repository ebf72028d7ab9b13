// The on-screen keyboard of a phone covers the foot of the page on some browsers: the frame takes the height that is left.
const viewport = window.visualViewport;

function fit(): void {
  const covered = viewport !== null && window.innerHeight - viewport.height > 80 && viewport.scale === 1;
  if (covered) document.documentElement.style.setProperty("--viewport", `${viewport.height}px`);
  else document.documentElement.style.removeProperty("--viewport");
}

viewport?.addEventListener("resize", fit, { passive: true });
