(function (port, protocol) {
  var lost = false, socket, left;
  // The site may need a moment longer than who watches its files. It says with OPTIONS that it is there; no page runs.
  function reload() {
    fetch(location.href, { method: "OPTIONS", cache: "no-store" })
      .then(function () { location.reload(); }, function () { setTimeout(reload, 300); });
  }
  function path(link) { return new URL(link.href, location.href).pathname; }
  function restyle(file) {
    // `pkg/shop.css`, also with a hash in its name.
    var parts = file.split("."), kind = parts.pop(), name = "/" + parts.join(".");
    var links = [].filter.call(document.querySelectorAll("link[rel~=stylesheet][href]"), function (link) {
      var it = path(link), at = it.lastIndexOf(name);
      return at >= 0 && /^(\.[\w-]+)?\.\w+$/.test(it.slice(at + name.length)) && it.endsWith("." + kind);
    });
    if (!links.length) return reload();
    links.forEach(function (link) {
      var url = new URL(link.href), next = link.cloneNode();
      url.searchParams.set("reload", Date.now());
      next.href = url.href;
      // What is there stays until the other one is.
      next.onload = function () { link.remove(); };
      next.onerror = reload;
      link.after(next);
    });
  }
  function connect() {
    left = false;
    socket = new WebSocket(protocol + location.hostname + ":" + port + "/live_reload");
    socket.onopen = function () { if (lost) reload(); };
    socket.onmessage = function (message) {
      var told = JSON.parse(message.data);
      if (told.all) reload();
      else if (told.css) restyle(told.css);
    };
    socket.onclose = function () {
      if (left) return;
      lost = true;
      setTimeout(connect, 1000);
    };
  }
  // A page with an open connection is not kept for the way back.
  addEventListener("pagehide", function () { left = true; socket.close(); });
  addEventListener("pageshow", function (event) { if (event.persisted) connect(); });
  connect();
})
