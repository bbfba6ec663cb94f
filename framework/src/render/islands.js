(function (js, wasm) {
  var d = document, told = {}, current, mod, busy, again;
  // What Leptos reads when it takes over an island: what the server has loaded for this one.
  self.__RESOLVED_RESOURCES = new Proxy([], { get: function (list, key) {
    if (typeof key != "string" || !/^\d+$/.test(key)) return list[key];
    if (!current) return;
    // In the children of another island counting began elsewhere: the first that is asked for is the first there is.
    if (current.base == null) current.base = key - current.first;
    return current.told.data[key - current.base];
  } });
  var errors = self.__SERIALIZED_ERRORS = [], incomplete = self.__INCOMPLETE_CHUNKS = [];
  function add(list, more) { if (more) list.push.apply(list, more); }
  function about(id) { return told[id] || (told[id] = { data: {}, errors: [], incomplete: [] }); }
  function number(island) {
    var mark = island.firstChild;
    return mark && mark.nodeType == 8 && /^i:/.test(mark.data) ? mark.data.slice(2) : "";
  }
  // All of an island has arrived when a script stands behind it.
  function notice(script) {
    d.querySelectorAll("leptos-island").forEach(function (island) {
      if (!script || script.compareDocumentPosition(island) == 2) island.$$arrived = true;
    });
  }
  function children(island) { return island.parentElement.closest("leptos-children"); }
  function isReady(island) {
    if (island.$$started) return false;
    if (!island.$$arrived && d.readyState == "loading") return false;
    var id = number(island);
    if (id && !about(id).all) return false;
    // In what it takes as its children something may be missing, in its own view nothing.
    var places = island.querySelectorAll("template[id^='p:']");
    for (var i = 0; i < places.length; i++)
      if (places[i].closest("leptos-children,leptos-island") == island) return false;
    var around = children(island);
    return !around || !around.closest("leptos-island") || !!around.$$on_hydrate;
  }
  async function start(island) {
    island.$$started = true;
    var name = island.dataset.component, run = /_\d+$/.test(name) && mod[name];
    if (!run) return console.warn("There is no island " + name + " in the WebAssembly.");
    var id = number(island), it = id ? about(id) : { data: {} }, around = children(island);
    current = { told: it, base: 0 };
    try {
      if (around && around.$$on_hydrate) {
        around.$$on_hydrate();
        current.base = null;
        current.first = Math.min.apply(null, Object.keys(it.data));
      } else if (mod.__punctual_begin) mod.__punctual_begin();
      add(errors, it.errors);
      add(incomplete, it.incomplete);
      await run(island);
    } catch (error) {
      console.error("The island " + name + " cannot be started. Were the server and the WebAssembly built together?", error);
    }
    current = null;
    errors.length = incomplete.length = 0;
  }
  async function startAll() {
    if (!mod) return;
    if (busy) { again = true; return; }
    busy = true;
    do {
      again = false;
      var islands = d.querySelectorAll("leptos-island");
      for (var i = 0; i < islands.length; i++)
        if (islands[i].isConnected && isReady(islands[i])) await start(islands[i]);
    } while (again);
    busy = false;
  }
  self.$i = function (id, data, thrown, unfinished) {
    var script = d.currentScript;
    if (id != null) {
      var it = about(id);
      if (data) { it.all = true; data.forEach(function (one) { it.data[one[0]] = one[1]; }); }
      add(it.errors, thrown);
      add(it.incomplete, unfinished);
    }
    notice(script);
    startAll();
    if (script) script.remove();
  };
  // Style sheets may keep room for what appears when islands run.
  d.documentElement.dataset.islands = "";
  var loading = fetch(wasm);
  import(js).then(async function (module) {
    await module.default({ module_or_path: loading });
    if (module.hydrate) module.hydrate();
    else if (!module.__punctual_begin) throw "None of them is made with #[punctual_islands::island].";
    mod = module;
    startAll();
  }).catch(function (error) { console.error("The islands cannot be started.", error); });
  d.addEventListener("DOMContentLoaded", startAll);
  notice(d.currentScript);
  d.currentScript.remove();
})
