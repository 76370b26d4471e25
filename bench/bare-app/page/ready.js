// Everything there is has been drawn.
window.__TAURI__.core.invoke("ready");
