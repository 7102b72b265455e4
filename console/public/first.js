// Before the first frame: the theme and the language that this browser used last, so that nothing flashes.
(() => {
  const root = document.documentElement;
  try {
    root.dataset.theme = localStorage.getItem('jiuhu-theme') === 'light' ? 'light' : 'dark';
    root.lang = localStorage.getItem('jiuhu-language') === 'en' ? 'en' : 'zh-CN';
  } catch {
    // A browser that keeps nothing shows the defaults.
  }
})();
