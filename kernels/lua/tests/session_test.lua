local harness = require "harness"
local native = require "parley_native"
local o = require "orchestrator"
local sessions = require "parley.session"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

test("hello says what the kernel is and can do", function()
  local hello = o.hello.content
  equal(hello.protocol_versions, values.array { "1.0" })
  equal(hello.implementation, "parley-lua")
  equal(hello.language_info.name, "lua")
  equal(hello.pid, native.pid())
  equal(o.hello.parent, "{}")
end)

test("a ping is answered with the number of frames", function()
  local header = o.send("ping", "{}", {}, { events = {} })
  local pong = o.take "pong"
  equal(pong.content.frames, 0)
  equal(pong.parent, header)
end)

test("a repeated message is dropped", function()
  local frames = o.frames("ping")
  o.send_raw(frames)
  o.take "pong"
  o.send_raw(frames)
  o.none "pong"
  contains(o.take("log").content.message, "twice")
end)

test("what is no envelope, or wrongly signed, is dropped and logged", function()
  for _, frames in ipairs { {}, { "x" }, { "<IDS|MSG>", "", "{}", "{}", "{}", "{}" },
    o.frames("ping", nil, nil, nil, nil, "another key") } do
    o.send_raw(frames)
    contains(o.take("log").content.message, "dropped")
  end
end)

test("a signed message without sense is answered with an error", function()
  for _, message in ipairs { { "ping", "{}", "[]" }, { "call_request", "{}", { method = "x", buffer_paths = 7 } }, { "ping", "{}", "nope" },
    { "event", "{}", {} }, { "load_plugin" }, { "call_request", "{}", {}, "[1]" }, { "ping", "{}", "{}", '{"x":9223372036854775808}' } } do
    local header = o.send(table.unpack(message))
    local reply = o.take "error"
    equal(reply.parent, header)
    equal(reply.content.ename, "MalformedMessage")
  end
end)

test("messages that mean nothing here are ignored", function()
  o.send "of_another_age"
  equal(o.take("log").content.level, "debug")
  for _, message_type in ipairs { "cancel", "credit", "call_reply", "subscription_update", "progress", "welcome" } do
    o.send(message_type)
  end
  o.send("call_reply", '{"msg_id":"unknown"}', { outcome = "ok" }, { value = 1 })
  o.send("call_reply", "{nope", { outcome = "ok" }, { value = 1 })
  o.sent = {}
  o.send "ping"
  o.take "pong"
end)

test("a connection file that lacks a field is named", function()
  contains(sessions.problem_of { kernel_id = "x" }, "is not a")
  equal(sessions.problem_of { kernel_id = "x", requests = "ipc:///r", events = "ipc:///e", key = "k", max_message_bytes = 1 }, nil)
  contains(select(2, sessions.open { kernel_id = "x", requests = "tcp://1", events = "", key = "k", max_message_bytes = 1 }), "ipc")
  contains(select(2, sessions.open { kernel_id = "x", requests = "ipc:///none/there", events = "", key = "k", max_message_bytes = 1 }),
    "/none/there")
end)

test("message ids are remembered, and memory is bounded", function()
  local session = sessions.new({ key = "k", max_message_bytes = 1 }, {}, {})
  for i = 1, 10000 do equal(session:is_new("m" .. i), true) end
  for i = 10000 - 1023, 10000 do equal(session:is_new("m" .. i), false) end
  local n = 0
  for _ in pairs(session.recent) do n = n + 1 end
  for _ in pairs(session.older) do n = n + 1 end
  equal(n <= 2048, true)
end)
