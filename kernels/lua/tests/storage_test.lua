local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function storing()
  o.load [[
    parley.provide("t.do", function(p)
      return { got = parley.storage[p.op](table.unpack(p.arguments)) }
    end)
    parley.provide("t.try", function(p)
      local ok, e = pcall(parley.storage[p.op], table.unpack(p.arguments))
      return { ok, type(e) == "table" and e.kind or tostring(e), type(e) == "table" and e.path or "" }
    end)
    parley.provide("t.blob", function() return parley.storage.put_blob("\0\xff") end)
    parley.provide("t.bytes", function()
      return select(2, pcall(parley.storage.set, "k", { rows = { 1, { image = parley.bytes "x" } } })).path
    end)
  ]]
end

--- Calls a function of storage, checks what goes out, answers it; returns what the function returned.
local function operate(op, arguments, wanted, answer)
  local _, header = o.call("t.do", { op = op, arguments = arguments })
  local request = o.take "storage_request"
  equal(request.parent, header)
  equal(request.content, wanted)
  equal(request.metadata, {})
  o.reply(request, "storage_reply", answer)
  return o.take("call_reply").content.value
end

test("get gives the value, or the default, and tells null from nothing", function()
  storing()
  local get = { op = "get", key = "k" }
  equal(operate("get", { "k" }, get, { found = true, value = { a = 1 }, version = 3 }).got, { a = 1 })
  equal(operate("get", { "k", "none" }, get, { found = false }).got, "none")
  equal(operate("get", { "k" }, get, { found = false }).got, nil)
  equal(operate("get", { "k", 5 }, get, { found = true, value = values.null, version = 3 }).got, values.null)
end)

test("entry gives the value with its version", function()
  local get = { op = "get", key = "k" }
  equal(operate("entry", { "k" }, get, { found = true, value = false, version = 3 }).got, { value = false, version = 3 })
  equal(operate("entry", { "k" }, get, { found = false }).got, nil)
end)

test("set gives the version, delete whether it was there", function()
  equal(operate("set", { "k", { 1, 2 } }, { op = "set", key = "k", value = values.array { 1, 2 } }, { version = 7 }).got, 7)
  equal(operate("set", { "k", values.null }, { op = "set", key = "k", value = values.null }, { version = 8 }).got, 8)
  equal(operate("delete", { "k" }, { op = "delete", key = "k" }, { deleted = true }).got, true)
  equal(operate("delete", { "k" }, { op = "delete", key = "k" }, { deleted = false }).got, false)
end)

test("list gives the entries", function()
  local entries = values.array { { key = "a", value = 1, version = 2 } }
  equal(operate("list", { "a" }, { op = "list", prefix = "a" }, { entries = entries }).got, entries)
  equal(operate("list", {}, { op = "list", prefix = "" }, { entries = values.array() }).got, values.array())
end)

test("compare_and_set gives the new version, or nothing", function()
  local wanted = { op = "compare_and_set", key = "k", value = 1, version = 0 }
  equal(operate("compare_and_set", { "k", 1, 0 }, wanted, { swapped = true, version = 4 }).got, 4)
  equal(operate("compare_and_set", { "k", 1, 0 }, wanted, { swapped = false, version = 9 }).got, nil)
end)

test("a blob travels as a buffer, both ways", function()
  o.call "t.blob"
  local request = o.take "storage_request"
  equal(request.metadata, { buffer_paths = values.array { values.array { "value" } } })
  equal(request.json, '{"op":"blob_put","value":null}')
  equal(request.buffers, { "\0\xff" })
  o.reply(request, "storage_reply", { blob = "sha256:ab", size = 2 })
  equal(o.take("call_reply").content.value, { blob = "sha256:ab", size = 2 })
  for _, reference in ipairs { { blob = "sha256:ab", size = 2 }, "sha256:ab" } do
    o.call("t.do", { op = "get_blob", arguments = { reference } })
    request = o.take "storage_request"
    equal(request.content, { op = "blob_get", blob = "sha256:ab" })
    o.send("storage_reply", request.header, { outcome = "ok", buffer_paths = { { "value" } } }, '{"value":null}', { "\0\xff" })
    equal(o.take("call_reply").content.value.got.data, "\0\xff")
  end
end)

test("bytes in a value are refused at their place, unsent", function()
  equal(o.call("t.bytes").content.value, "$.rows[1].image")
  o.none "storage_request"
end)

test("a refusal raises its outcome", function()
  for _, outcome in ipairs { "permission_denied", "invalid_payload", "too_large", "no_provider", "unavailable" } do
    o.call("t.try", { op = "set", arguments = { "global:theme", 1 } })
    o.reply(o.take "storage_request", "storage_reply", { message = "no" }, outcome)
    equal(o.take("call_reply").content.value[2], outcome)
  end
end)

test("wrong arguments are told like Lua's own", function()
  for _, case in ipairs { { "get", {} }, { "set", { "k" } }, { "set", { 5, 5 } }, { "delete", {} }, { "list", { 5 } },
    { "compare_and_set", { "k", 1 } }, { "compare_and_set", { "k", 1, -1 } }, { "put_blob", { 5 } }, { "get_blob", { {} } },
    { "watch", { "k" } }, { "watch", {} } } do
    contains(o.call("t.try", { op = case[1], arguments = case[2] }).content.value[2], "bad argument")
  end
  o.none "storage_request"
end)

test("cancelling ends the wait for the store", function()
  local _, header = o.call("t.do", { op = "get", arguments = { "k" } })
  o.take "storage_request"
  o.send("cancel", header, { frame = o.id(header) }, { reason = "timeout" })
  equal(o.take("call_reply").metadata.outcome, "cancelled")
end)

local WATCHING <const> = [[
  seen = parley.array()
  local watch
  parley.provide("t.watch", function()
    watch = parley.storage.watch("cart:", function(change)
      if change.value == "fail" then error("cannot") end
      if change.value == "stray" then coroutine.yield() end
      if change.value == "wait" then parley.call("other.it") print "waited" end
      seen[#seen + 1] = change
    end)
    return "watching"
  end)
  parley.provide("t.dispose", function() watch:dispose() watch:dispose() return "disposed" end)
  parley.provide("t.seen", function() local was = seen seen = parley.array() return was end)
]]

local function watch()
  o.load(WATCHING)
  local _, header = o.call "t.watch"
  local request = o.take "storage_request"
  equal(request.parent, header)
  equal(request.content, { op = "watch", prefix = "cart:", watch = request.content.watch })
  return request.content.watch, request
end

local function change(id, key, version, value)
  o.send("storage_changed", "{}", {}, { watch = id, key = key, version = version, value = value, deleted = value == nil or nil })
end

local function seen() return o.call("t.seen").content.value end

test("a watch is confirmed before it returns, and misses no change after", function()
  local id, request = watch()
  o.none "call_reply"
  change(id, "cart:1", 1, "early")
  o.reply(request, "storage_reply")
  equal(o.take("call_reply").content.value, "watching")
  change(id, "cart:1", 2, values.null)
  change(id, "cart:1", 3)
  change("another", "cart:1", 4, "not ours")
  equal(seen(), values.array {
    { key = "cart:1", version = 1, value = "early", deleted = false },
    { key = "cart:1", version = 2, value = values.null, deleted = false },
    { key = "cart:1", version = 3, deleted = true },
  })
end)

test("handlers run one after the other, in order of change, and call without a parent", function()
  local id, request = watch()
  o.reply(request, "storage_reply")
  change(id, "a", 1, "wait")
  change(id, "b", 2, "next")
  equal(seen(), values.array())
  local call = o.take "call_request"
  equal(call.parent, "{}")
  o.reply(call, "call_reply", { value = 1 })
  equal(o.take("stream").content.text, "waited\n")
  local got = seen()
  equal({ got[1].key, got[2].key, #got }, { "a", "b", 2 })
end)

test("a handler that fails is logged with its frames, and those after it run", function()
  local id, request = watch()
  o.reply(request, "storage_reply")
  for i, value in ipairs { "fail", "stray", "fine" } do change(id, "k", i, value) end
  local log = o.take "log"
  equal({ log.parent, log.content.level, log.content.fields.ename }, { "{}", "error", "Error" })
  equal(log.content.message, 'a handler of storage.watch("cart:") failed at k: cannot')
  equal({ log.content.fields.prefix, log.content.fields.key }, { "cart:", "k" })
  equal(log.content.fields.frames[1].line, 5)
  equal(o.take("log").content.fields.ename, "StrayYield")
  equal(seen()[1].value, "fine")
end)

test("a watch that is refused raises its outcome, and hears nothing", function()
  local id, request = watch()
  o.reply(request, "storage_reply", { message = "no", permission = "storage:read:global:x" }, "permission_denied")
  equal(o.take("call_reply").content.cause.outcome, "permission_denied")
  change(id, "k", 1, "x")
  equal(seen(), values.array())
end)

test("a watch whose frame is cancelled before it is confirmed is taken back", function()
  o.load(WATCHING)
  local _, header = o.call "t.watch"
  local id = o.take("storage_request").content.watch
  o.send("cancel", header, { frame = o.id(header) }, { reason = "timeout" })
  local unwatch = o.take "storage_request"
  equal({ unwatch.parent, unwatch.content }, { "{}", { op = "unwatch", watch = id } })
  equal(o.take("call_reply").metadata.outcome, "cancelled")
end)

test("a watch can be disposed, twice, and drops what has come", function()
  local id, request = watch()
  o.reply(request, "storage_reply")
  o.take "call_reply"
  change(id, "a", 1, "wait")
  change(id, "b", 2, "dropped")
  o.call "t.dispose"
  local unwatch = o.take "storage_request"
  equal(unwatch.content, { op = "unwatch", watch = id })
  o.reply(unwatch, "storage_reply")
  equal(o.take("call_reply").content.value, "disposed")
  o.none "storage_request"
  o.reply(o.take "call_request", "call_reply", { value = 1 })
  change(id, "c", 3, "late")
  equal(#seen(), 1)
end)

test("changes wait for the end of on_start", function()
  o.load([[
    seen = parley.array()
    local function note(change) seen[#seen + 1] = change.key end
    parley.on_start(function() parley.storage.watch("", note) parley.call("other.it") seen[#seen + 1] = "started" end)
    parley.provide("t.seen", function() return seen end)
  ]], { unstarted = true })
  o.send "start_plugin"
  local request = o.take "storage_request"
  o.reply(request, "storage_reply")
  change(request.content.watch, "k", 1, 1)
  o.reply(o.take "call_request", "call_reply", { value = 1 })
  o.take "start_plugin_reply"
  equal(seen(), values.array { "started", "k" })
end)
