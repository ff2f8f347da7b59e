local harness = require "harness"
local o = require "orchestrator"
local test, equal, contains = harness.test, harness.equal, harness.contains

local function printed()
  local text = {}
  while true do
    local ok, message = pcall(o.take, "stream")
    if not ok then return table.concat(text) end
    text[#text + 1] = message.content.text
  end
end

test("what is printed goes out for its frame, before the frame's reply", function()
  o.load [[ parley.provide("t.print", function() print("hello", 1.0, nil, true) io.write("x", 1, 2.5, "\n") return 1 end) ]]
  local header = o.send("call_request", "{}", { method = "t.print" }, {})
  equal(o.sent[1].type, "stream")
  equal(o.sent[1].parent, header)
  equal(o.sent[#o.sent].type, "call_reply")
  equal(printed(), "hello\t1.0\tnil\ttrue\nx12.5\n")
  o.sent = {}
end)

test("standard output and error keep their names and their order", function()
  o.load [[ parley.provide("t.both", function() io.write("a") io.stderr:write("b") io.stdout:write("c\n") end) ]]
  o.call "t.both"
  local names = {}
  for i = 1, 3 do
    local message = o.take "stream"
    names[i] = message.content.name .. " " .. message.content.text
  end
  equal(names, { "stdout a", "stderr b", "stdout c\n" })
end)

test("frames that wait do not mix their output", function()
  o.load [[ parley.provide("t.slow", function(p) io.write(p.n) parley.call("other.it") print(p.n) end) ]]
  local headers, requests = {}, {}
  for n = 1, 2 do
    local _
    _, headers[n] = o.call("t.slow", { n = n })
    requests[n] = o.take "call_request"
  end
  for n = 2, 1, -1 do o.reply(requests[n], "call_reply", { value = 1 }) end
  for _ = 1, 4 do
    local message = o.take "stream"
    equal(message.parent, headers[tonumber(message.content.text:sub(1, 1))])
  end
  o.sent = {}
end)

test("a flood arrives whole, in few messages", function()
  o.load [[ parley.provide("t.flood", function() for i = 1, 20000 do print(i) end end) ]]
  o.call "t.flood"
  local wanted = {}
  for i = 1, 20000 do wanted[i] = i .. "\n" end
  equal(#o.sent < 10000, true)
  equal(printed() == table.concat(wanted), true)
end)

test("characters are not cut, and bytes that are none are marked", function()
  o.load [[ parley.provide("t.chars", function(p)
    for c in ("\u{1F600}\n"):gmatch(".") do io.write(c) end
    io.write("\xff\n")
    io.write(("\u{1F600}"):rep(50000), "\n")
  end) ]]
  o.call "t.chars"
  equal(printed() == "\u{1F600}\n\u{FFFD}\n" .. ("\u{1F600}"):rep(50000) .. "\n", true)
end)

test("closing the standard streams does no harm", function()
  o.load [[ parley.provide("t.close", function() io.stdout:close() io.stderr:close() io.output():close() print("still here") end) ]]
  equal(o.call("t.close").metadata.outcome, "ok")
  contains(printed(), "still here")
end)

test("files are written as ever", function()
  o.load [[ parley.provide("t.file", function()
    local file = io.tmpfile()
    file:write("a", 1, "\n")
    file:seek("set")
    local text = file:read("a")
    io.output(file)
    io.write("through io.write")
    io.output(io.stdout)
    file:seek("set")
    return { text, file:read("a"), io.type(io.stdout) }
  end) ]]
  local value = o.call("t.file").content.value
  equal({ value[1], value[2], value[3] }, { "a1\n", "a1\nthrough io.write", "file" })
  contains(tostring(select(2, pcall(io.write, {}))), "bad argument #1 to 'write'")
  o.sent = {}
end)
