local harness = require "harness"
local o = require "orchestrator"
local values = require "parley.values"
local test, equal, contains = harness.test, harness.equal, harness.contains

--- Runs a handler, answering each of its calls with what it sends as `v`.
local function run(body)
  o.load("parley.provide('t.run', function()\n local function ask(v) return parley.call('other.it', { v = v }) end\n" .. body .. "\nend)")
  local reply = o.call "t.run"
  while not reply do
    local request = o.take "call_request"
    o.reply(request, "call_reply", { value = request.content.v })
    local ok, got = pcall(o.take, "call_reply")
    reply = ok and got
  end
  return reply.content.value, reply
end

for name, case in pairs {
  ["a protected call"] = { "local ok, v = pcall(function() return ask(1) end) return v", 1 },
  ["xpcall"] = { "return select(2, xpcall(function() return ask(1) end, print))", 1 },
  ["a metamethod"] = { "return setmetatable({}, { __index = function(_, k) return ask(k) end }).hello", "hello" },
  ["an iterator"] =
    { "local s, n = 0, 0 for v in function() n = n + 1 if n <= 3 then return ask(n) end end do s = s + v end return s", 6 },
  ["a plugin's own coroutine"] =
    { "local g = coroutine.wrap(function() for i = 1, 2 do coroutine.yield(ask(i)) end end) return g() + g()", 3 },
  ["coroutines in coroutines"] =
    { "return coroutine.wrap(function() return coroutine.wrap(function() return ask(5) end)() end)()", 5 },
  ["coroutine.resume"] = { "local co = coroutine.create(function() return ask(7) end) local _, v = coroutine.resume(co) return v", 7 },
  ["load"] = { "return load('return ...')(ask(3))", 3 },
  ["__close"] = { "local t = {} do local c <close> = setmetatable({}, { __close = function() t.v = ask(4) end }) end return t.v", 4 },
} do
  test("a call waits inside " .. name, function() equal(run(case[1]), case[2]) end)
end

for name, case in pairs {
  ["table.sort"] = "local t = { 2, 1 } table.sort(t, function(a, b) ask(1) return a < b end)",
  ["string.gsub"] = "return (('abc'):gsub('.', function(c) return ask(c) end))",
  ["__tostring"] = "return tostring(setmetatable({}, { __tostring = function() return ask('x') end }))",
} do
  test("a call inside " .. name .. " is an error that names it, and sends nothing", function()
    local _, reply = run(case)
    equal(reply.metadata.outcome, "handler_error")
    equal(reply.content.ename, "CannotWait")
    contains(reply.content.message, name)
    contains(reply.content.message, ": ") -- and the way round
    o.none "call_request"
  end)
end

test("a coroutine inside table.sort is told the same", function()
  local value = run [[
    local told
    table.sort({ 2, 1 }, function(a, b)
      told = told or coroutine.wrap(function() return select(2, pcall(ask, 1)).message end)()
      return a < b
    end)
    return told
  ]]
  contains(value, "table.sort")
end)

test("a finalizer cannot wait, and is told so", function()
  contains(run [[
    local told
    do setmetatable({}, { __gc = function() told = tostring(select(2, pcall(ask, 1))) end }) end
    collectgarbage() collectgarbage()
    return told
  ]], "cannot wait")
end)

test("a stray yield ends the frame with an error at its line", function()
  local _, reply = run "coroutine.yield(1)"
  equal(reply.content.ename, "StrayYield")
  equal(reply.content.frames[1].line, 3)
end)

test("a handler's own coroutine can be neither resumed nor closed by the plugin", function()
  equal(run [[
    local own = coroutine.running()
    return coroutine.wrap(function() return { (coroutine.resume(own)), (pcall(coroutine.close, own)) } end)()
  ]], values.array { false, false })
end)

test("a coroutine that waits for another frame cannot be resumed meanwhile", function()
  o.load [[
    shared = coroutine.wrap(function() return parley.call("other.it") end)
    parley.provide("t.first", function() return shared() end)
    parley.provide("t.second", function() return tostring(select(2, pcall(shared))) end)
  ]]
  o.call "t.first"
  contains(o.call("t.second").content.value, "waits")
  o.reply(o.take "call_request", "call_reply", { value = 8 })
  equal(o.take("call_reply").content.value, 8)
end)

test("an error in a coroutine keeps the frames inside it", function()
  local _, reply = run "coroutine.wrap(function() local function deep() error('inside') end deep() end)()"
  equal(reply.content.message, "inside")
  equal(#reply.content.frames, 3)
  equal(reply.content.frames[3]["function"], "deep")
end)

test("coroutines behave as in Lua otherwise", function()
  equal(run [[
    local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) error({ b }) end)
    local t = { coroutine.status(co) }
    t[2] = select(2, coroutine.resume(co, 1))
    t[3] = coroutine.status(co)
    local ok, e = coroutine.resume(co, 5)
    t[4], t[5], t[6] = ok, e[1], coroutine.status(co)
    t[7] = select(2, coroutine.resume(co))
    t[8] = coroutine.isyieldable()
    t[9] = coroutine.close(co)
    return t
  ]], values.array { "suspended", 2, "suspended", false, 5, "dead", "cannot resume dead coroutine", true, false })
end)
