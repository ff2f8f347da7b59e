local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function calling() -- the load itself calls
  o.load([[
    local parley = require "parley"
    parley.provide("t.echo", function(p) return p.v end)
    parley.provide("t.relay", function(p) local v = parley.call("other.it", p) return v end)
    parley.provide("t.kind", function(p)
      local ok, e = pcall(parley.call, "other.it", {}, { timeout = p.timeout })
      return { ok, e.kind, tostring(e), parley.is_error(e), parley.is_error(e, "no_provider") }
    end)
    parley.provide("t.context", parley.context)
    parley.provide("t.progress", function()
      local seen = parley.array()
      local v = parley.call("other.slow", {}, { on_progress = function(f, m) seen[#seen + 1] = f .. m end })
      return { v, seen }
    end)
    parley.provide("t.lock", function() return parley.lock("stock", function() return parley.call("other.it") end) end)
    parley.provide("t.held", function() local held <close> = parley.lock("stock") held:release() return "free" end)
    parley.provide("t.emit", function() return parley.emit("a:b", { x = 1 }) end)
    parley.provide("t.report", function() parley.progress(0.5, "half") parley.log.warning("low", { left = 3 }) parley.log("plain") end)
  ]])
end

test("a call is answered with the value", function()
  calling()
  for _, json in ipairs { "1", "1.5", "null", "false", "[]", "{}", '{"a":[{}]}', '""' } do
    local reply, header = o.call("t.echo", '{"v":' .. json .. "}")
    equal(reply.metadata.outcome, "ok")
    equal(reply.json, '{"value":' .. json .. "}")
    equal(reply.parent, header)
  end
end)

test("a nested call names its frame, and the reply resumes the handler", function()
  local none, header = o.call("t.relay", { x = 1 })
  equal(none, nil)
  local request = o.take "call_request"
  equal(request.parent, header)
  equal(request.metadata, { method = "other.it" })
  equal(request.content, { x = 1 })
  o.reply(request, "call_reply", { value = 42 })
  local reply = o.take "call_reply"
  equal(reply.content.value, 42)
  equal(reply.parent, header)
end)

test("replies resume handlers in whatever order they come", function()
  local requests = {}
  for i = 1, 3 do
    o.call("t.relay", { i = i })
    requests[i] = o.take "call_request"
  end
  for _, i in ipairs { 2, 3, 1 } do
    o.reply(requests[i], "call_reply", { value = i })
    equal(o.take("call_reply").content.value, i)
  end
end)

test("a call comes back into the kernel while its handler waits, to any depth", function()
  o.load [[ parley.provide("t.down", function(p)
    if p.n == 0 then return 0 end
    return 1 + parley.call("t.down", { n = p.n - 1 })
  end) ]]
  local chain = {}
  o.call("t.down", { n = 40 })
  for i = 1, 40 do
    chain[i] = o.take "call_request"
    o.call("t.down", { n = 40 - i })
    if i == 40 then break end
  end
  local value = 0
  o.sent = {}
  for i = 40, 1, -1 do
    o.reply(chain[i], "call_reply", { value = value })
    value = o.take("call_reply").content.value
  end
  equal(value, 40)
end)

test("an outcome is an error with its kind and fields", function()
  calling()
  o.call("t.kind", {})
  o.reply(o.take "call_request", "call_reply", { message = "nobody provides it", nearest = { "other.its" } }, "no_provider")
  equal(o.take("call_reply").content.value, values.array { false, "no_provider", "nobody provides it", true, true })
end)

test("a timeout of nothing is refused unsent", function()
  local reply = o.call("t.kind", { timeout = 0 })
  equal(reply.content.value[2], "timeout")
  o.none "call_request"
end)

test("the context says what is running", function()
  local reply = o.call("t.context", {}, { remaining = 5, depth = 2, tenant = "default", caller = "shop", traceparent = "00-1" })
  local context = reply.content.value
  equal(context.plugin, "test")
  equal(context.method, "t.context")
  equal(context.caller, "shop")
  equal(context.depth, 2)
  equal(context.trace, "00-1")
  equal(context.cancelled, false)
  equal(context.deadline > 4 and context.deadline <= 5, true)
end)

test("cancelling raises an error where the frame waits", function()
  local _, header = o.call("t.relay")
  local request = o.take "call_request"
  o.send("cancel", header, { frame = o.id(header) }, { reason = "caller_died" })
  local reply = o.take "call_reply"
  equal(reply.metadata.outcome, "cancelled")
  equal(reply.content.reason, "caller_died")
  o.none "cancel" -- what it had called is the orchestrator's to cancel
  o.reply(request, "call_reply", { value = 1 }) -- too late
  o.none "call_reply"
end)

test("progress reaches the caller's handler", function()
  o.call "t.progress"
  local request = o.take "call_request"
  o.send("progress", request.header, {}, { fraction = 0.5, message = " half" })
  o.reply(request, "call_reply", { value = "done" })
  equal(o.take("call_reply").content.value, values.array { "done", values.array { "0.5 half" } })
end)

test("a lock is given back when the block ends, whichever way", function()
  for _, outcome in ipairs { "ok", "timeout" } do
    local _, header = o.call "t.lock"
    local lock = o.take "lock_request"
    equal(lock.content.name, "stock")
    equal(lock.parent, header)
    o.reply(lock, "lock_reply")
    o.none "unlock"
    o.reply(o.take "call_request", "call_reply", { value = 1, message = "late" }, outcome)
    equal(o.take("unlock").parent, header)
    equal(o.take("call_reply").metadata.outcome, outcome == "ok" and "ok" or "handler_error")
  end
  o.call "t.held"
  o.reply(o.take "lock_request", "lock_reply")
  o.take "unlock"
  o.none "unlock"
  equal(o.take("call_reply").content.value, "free")
end)

test("emit returns how many subscriptions it reached", function()
  o.call "t.emit"
  local emit = o.take "emit"
  equal(emit.metadata, { event = "a:b" })
  equal(emit.content, { x = 1 })
  o.reply(emit, "emit_reply", { subscriptions = 3, event_id = "e" })
  equal(o.take("call_reply").content.value, 3)
end)

test("progress and logs are sent for their frame", function()
  local _, header = o.call "t.report"
  local progress, log = o.take "progress", o.take "log"
  equal(progress.content, { fraction = 0.5, message = "half" })
  equal(log.content, { level = "warning", message = "low", fields = { left = 3 } })
  equal(log.parent, header)
  equal(o.take("log").content.level, "info")
end)

test("a message over the limit is an error at the caller, and an outcome for a result", function()
  o.load [[
    parley.provide("t.big", function(p) return ("x"):rep(p.n) end)
    parley.provide("t.send", function(p) return select(2, pcall(parley.call, "other.it", { s = ("x"):rep(p.n) })).kind end)
  ]]
  equal(o.call("t.big", { n = o.limit }).metadata.outcome, "too_large")
  equal(o.call("t.send", { n = o.limit }).content.value, "too_large")
  equal(o.call("t.big", { n = 1000 }).metadata.outcome, "ok")
end)

test("a method that is not there is no_provider", function()
  equal(o.call("no.such").metadata.outcome, "no_provider")
end)

test("a provision can be disposed, twice", function()
  o.load [[
    local temporary = parley.provide("t.temporary", function() return 1 end)
    parley.provide("t.drop", function() temporary:dispose() temporary:dispose() return "dropped" end)
  ]]
  o.call "t.drop"
  o.reply(o.take "withdraw", "withdraw_reply")
  equal(o.take("call_reply").content.value, "dropped")
  o.none "withdraw"
  equal(o.call("t.temporary").metadata.outcome, "no_provider")
end)

test("wrong arguments are told like Lua's own", function()
  o.load [[ parley.provide("t.wrong", function(p)
    local cases = { { parley.call }, { parley.call, "m", 5 }, { parley.call, "m", { 1 } }, { parley.on, "a" }, { parley.provide, 5 },
      { parley.call, "m", {}, { timeout = "soon" } }, { parley.emit }, { parley.bytes }, { parley.on_start }, { parley.lock } }
    local texts = {}
    for i, case in ipairs(cases) do texts[i] = tostring(select(2, pcall(table.unpack(case)))) end
    return texts
  end) ]]
  for _, text in ipairs(o.call("t.wrong").content.value) do contains(text, "bad ") end
end)
