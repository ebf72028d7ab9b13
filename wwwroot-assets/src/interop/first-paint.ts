// A classic script in the head: colours and widths are right before anything is drawn. Everything else is in shell.ts.
{
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("inbox.theme");
    if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
    for (const pane of ["list", "panel"]) {
      const width = Number(localStorage.getItem(`inbox.${pane}`));
      if (width > 0) root.style.setProperty(`--${pane}-width`, `${width}px`);
    }
  } catch {
    // storage is forbidden here: the defaults are good
  }
}

export {};
