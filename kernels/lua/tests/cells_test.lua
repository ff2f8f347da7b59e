local cells = require "parley.cells"
local harness = require "harness"
local o = require "orchestrator"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function execute(code, options)
  options = options or {}
  options.code = code
  o.sent = {}
  return o.send("execute_request", "{}", {}, options)
end

local function result(code)
  execute(code)
  return o.take("execute_result").content.data["text/plain"]
end

test("an expression is shown, a statement is not", function()
  equal(result "1 + 1", "2")
  execute "x = 5"
  o.none "execute_result"
  equal(o.take("execute_reply").content.status, "ok")
  equal(result "x", "5")
  equal(result "'a', {1, b = 'c'}, nil", '"a"\t{1, b = "c"}\tnil')
  execute "nil"
  o.none "execute_result"
end)

test("functions of one cell are there in the next, and count goes up", function()
  execute "function double(n) return 2 * n end"
  local before = o.take("execute_reply").content.execution_count
  equal(result "double(4)", "8")
  equal(o.take("execute_reply").content.execution_count, before + 1)
  execute("1", { silent = true })
  o.none "execute_result"
  equal(o.take("execute_reply").content.execution_count, before + 1)
end)

test("an error is a message and a reply, with the cell as its file", function()
  local header = execute "local function f() error('no') end\nf()"
  local message, reply = o.take "error", o.take "execute_reply"
  equal(message.parent, header)
  equal(message.content.evalue, "no")
  equal(reply.content.status, "error")
  equal(reply.metadata.outcome, "handler_error")
  contains(reply.content.frames[1].file, "<cell ")
  equal(reply.content.frames[1].line, 2)
end)

test("a syntax error has its place", function()
  execute "local a = = 1"
  local reply = o.take "execute_reply"
  equal(reply.content.ename, "SyntaxError")
  equal(reply.content.frames[1].column, 11)
end)

test("cells print and call", function()
  execute "print('hi') return parley.call('other.it', { a = 1 })"
  equal(o.take("stream").content.text, "hi\n")
  o.reply(o.take "call_request", "call_reply", { value = { 1 } })
  equal(o.take("execute_result").content.data["text/plain"], "{1}")
end)

test("dumps can be read, whatever is in them", function()
  equal(cells.dump { b = 1, a = { true }, ["odd key"] = 2, [10] = 3 }, '{[10] = 3, a = {true}, b = 1, ["odd key"] = 2}')
  equal(cells.dump "a\n\"\0", '"a\\n\\"\\000"')
  local loop = {}
  loop.self = loop
  equal(cells.dump(loop), "{self = <cycle>}")
  equal(cells.dump(setmetatable({}, { __tostring = function() return "told" end })), "told")
  equal(cells.dump(setmetatable({}, { __tostring = function() error "x" end })), "<table>")
  local long = {}
  for i = 1, 60 do long[i] = i end
  contains(cells.dump(long), "\n")
end)
