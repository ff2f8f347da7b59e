--- Last, since little of Lua is left after it.

local harness = require "harness"
local o = require "orchestrator"
local test, equal = harness.test, harness.equal

test("a handler that swallows its cancellation ends with what it returns", function()
  o.load [[ parley.provide("t.swallow", function() for _ = 1, 2 do pcall(parley.call, "other.it") end return "swallowed" end) ]]
  local _, header = o.call "t.swallow"
  for _ = 1, 2 do o.send("cancel", header, { frame = o.id(header) }, { reason = "timeout" }) end
  equal(o.take("call_reply").content.value, "swallowed")
  o.sent = {}
end)

test("memory does not grow with calls", function()
  o.load [[ parley.provide("t.echo", function(p) return p end) ]]
  local function calls()
    for _ = 1, 3000 do o.call("t.echo", { x = 1 }) end
    collectgarbage()
    return collectgarbage "count"
  end
  calls()
  local before = calls()
  equal(calls() - before < 100, true)
end)

test("fewer kilobytes than ten for a handler that waits", function()
  o.load [[ parley.provide("t.wait", function() parley.call("other.it") end) ]]
  collectgarbage()
  local before = collectgarbage "count"
  local headers = {}
  for i = 1, 500 do
    local _
    _, headers[i] = o.call "t.wait"
    o.sent = {}
  end
  collectgarbage()
  equal((collectgarbage "count" - before) / 500 < 10, true)
  for _, header in ipairs(headers) do o.send("cancel", header, { frame = o.id(header) }) end
  o.sent = {}
end)

test("shutdown runs the stop handlers and leaves with status 0, whatever still waits", function()
  o.load [[
    parley.on_stop(function() print("bye") end)
    parley.provide("t.wait", function() parley.call("other.it") end)
  ]]
  o.call "t.wait"
  o.sent = {}
  o.send("shutdown_request", "{}", {}, { restart = false })
  equal(o.take("stream").content.text, "bye\n")
  equal(o.take("shutdown_reply").metadata.outcome, "ok")
  equal(o.exit_status(), 0)
end)

test("a plugin that empties every library harms itself alone", function()
  o.load [[
    parley.provide("t.destroy", function()
      local globals = getmetatable(_ENV).__index
      local next, getmetatable = next, getmetatable
      getmetatable("").__index = nil
      for _, name in next, { "string", "table", "math", "io", "os", "coroutine", "debug", "utf8", "package" } do
        for key in next, globals[name] do globals[name][key] = nil end
      end
      for key in next, globals do globals[key] = nil end
      return "destroyed"
    end)
    parley.provide("t.echo", function(p) print("x") return p end)
    parley.provide("t.fail", function() return nil + 1 end)
  ]]
  -- What the test itself needs afterwards is taken before.
  local call, exit, kept = o.call, harness, {}
  local libraries = { "string", "table", "math", "io", "os", "coroutine", "debug", "utf8", "package" }
  for _, name in ipairs(libraries) do
    kept[name] = {}
    for key, value in pairs(_G[name]) do kept[name][key] = value end
  end
  local globals, index, next = {}, getmetatable("").__index, next
  for key, value in pairs(_G) do globals[key] = value end
  local G, string_metatable = _G, getmetatable("")
  local native_receive = require("parley.kernel").receive
  local frames_of = {}
  for _, method in ipairs { "t.destroy", "t.echo", "t.fail" } do
    frames_of[method] = o.frames("call_request", "{}", { method = method }, { v = { 1.5, {} } })
  end
  native_receive(frames_of["t.destroy"])
  native_receive(frames_of["t.echo"])
  native_receive(frames_of["t.fail"])
  for key, value in next, globals do G[key] = value end
  for name, library in next, kept do
    for key, value in next, library do G[name][key] = value end
  end
  string_metatable.__index = index
  equal(type(call) == "function" and exit == harness, true)
  o.send "ping" -- collects what was sent
  equal(o.take("call_reply").content.value, "destroyed")
  equal(o.take("call_reply").metadata.outcome, "handler_error") -- print is gone, and the plugin's frame with it
  equal(o.take("call_reply").metadata.outcome, "handler_error")
  o.take "pong"
end)
