local harness = require "harness"
local o = require "orchestrator"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function failing(body, outcome, error_object)
  o.load("parley.provide('t.fail', function(p)\n" .. body .. "\nend)")
  local reply = o.call "t.fail"
  if not reply then
    o.reply(o.take "call_request", "call_reply", error_object, outcome)
    reply = o.take "call_reply"
  end
  return reply.content, reply.metadata.outcome
end

local REMOTE <const> = { message = "division by zero", ename = "ZeroDivisionError", evalue = "division by zero",
  frames = { { file = "/p/peer.py", line = 7, ["function"] = "fail", language = "python" } } }

test("an error brings its text and the user's frames, outermost first", function()
  local content, outcome = failing "local function inner() error('oh no') end\ninner()"
  equal(outcome, "handler_error")
  equal(content.message, "oh no")
  equal(content.ename, "Error")
  equal(#content.frames, 2)
  equal({ content.frames[1].line, content.frames[2].line }, { 3, 2 })
  equal(content.frames[1]["function"], "t.fail")
  equal(content.frames[2]["function"], "inner")
  equal(content.frames[1].file, o.path)
end)

test("a file that was loaded by a relative name has its whole path", function()
  local content = failing "assert(load('\\nerror(1)', '@rules.lua'))()"
  equal(content.frames[2].file, o.path:match "^(.*)/" .. "/rules.lua")
  equal(content.frames[2].line, 2)
end)

test("an error of Lua's own is told without its position", function()
  contains(failing("local x = nil .. 'a'").message, "attempt to concatenate")
  equal(failing("error('plain', 0)").message, "plain")
  equal(failing("error(nil)").message, "nil")
end)

test("an error table gives name, message and cause", function()
  local content = failing "error { ename = 'BadOrder', message = 'no such order', cause = { ename = 'Inner', message = 'inner' } }"
  equal(content.ename, "BadOrder")
  equal(content.evalue, "no such order")
  equal(content.cause.ename, "Inner")
end)

test("an object with __tostring and __name is told by them", function()
  local content = failing "error(setmetatable({}, { __name = 'MyError', __tostring = function() return 'told' end }))"
  equal(content.ename, "MyError")
  equal(content.evalue, "told")
  contains(failing("error(setmetatable({}, { __tostring = function() error 'x' end }))").message, "__tostring fails")
end)

test("another language's error passes through with both languages' frames", function()
  local content, outcome = failing("local v = parley.call('other.it')\nreturn v", "handler_error", REMOTE)
  equal(outcome, "handler_error")
  equal(content.ename, "ZeroDivisionError")
  equal(content.frames[1].line, 2)
  equal(content.frames[2].file, "/p/peer.py")
end)

test("a handler that ended in a tail call still has its frame", function()
  local content = failing("return parley.call('other.it')", "handler_error", REMOTE)
  equal(content.frames[1].file, o.path)
  equal(#content.frames, 2)
end)

test("another outcome that passes through is the cause", function()
  local content, outcome = failing("local v = parley.call('other.it')\nreturn v", "kernel_died", { message = "it died", signal = 9 })
  equal(outcome, "handler_error")
  equal(content.ename, "KernelDied")
  equal(content.cause.outcome, "kernel_died")
  equal(content.cause.signal, 9)
end)

test("an error raised because of another has it as its cause", function()
  local content = failing("local _, e = pcall(parley.call, 'other.it')\nerror { message = 'mine', cause = e }", "handler_error", REMOTE)
  equal(content.message, "mine")
  equal(content.cause.outcome, "handler_error")
  equal(content.cause.ename, "ZeroDivisionError")
end)

test("os.exit ends the frame, not the kernel", function()
  local content = failing "os.exit(3)"
  equal(content.ename, "SystemExit")
  contains(content.message, "os.exit(3)")
end)

test("an endless recursion is cut, not walked for ever", function()
  local content = failing "local function f() return 1 + f() end\nreturn f()"
  contains(content.message, "stack overflow")
  equal(#content.frames < 100, true)
end)

test("texts that are long or not UTF-8 still arrive", function()
  equal(#failing("error(('e'):rep(3000000))").evalue < 70000, true)
  contains(failing("error('\\xff bad')").evalue, "bad")
end)

test("a result that cannot be sent is not_serializable, with the path", function()
  for body, path in pairs { ["return { a = { 1, print } }"] = "$.a[1]", ["return 0/0"] = "$", ["return { s = '\\xff' }"] = "$.s",
    ["return setmetatable({}, { __index = {} })"] = "$", ["return io.stdout"] = "$", ["local t = {} t.t = t return t"] = "$.t" } do
    local content, outcome = failing(body)
    equal(outcome, "not_serializable")
    equal(content.path, path)
  end
end)

test("an interrupt ends what runs, and nothing when nothing runs", function()
  local interrupt = "os.execute('(sleep 0.05; kill -INT ' .. PID .. ') &') " -- while a command runs, the signal is not for us
  local pid = require("parley_native").pid()
  for _, loop in ipairs { "while true do end", "coroutine.wrap(function() while true do end end)()" } do
    local content = failing("PID = " .. pid .. "\n" .. interrupt .. loop)
    equal(content.ename, "Interrupt")
    equal(content.frames[1]["function"], "t.fail")
  end
  os.execute("kill -INT " .. pid .. " & sleep 0.05")
  o.load "parley.provide('t.ok', function() return 1 end)"
  equal(o.call("t.ok").content.value, 1)
end)
