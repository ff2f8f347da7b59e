local harness = require "harness"
local o = require "orchestrator"
local test, equal = harness.test, harness.equal

local function waiting_plugin()
  o.load [[
    parley.provide("t.call", function() parley.call("other.one") return parley.call("other.two") end)
    parley.provide("t.read", function()
      local got = parley.array()
      for item in parley.stream("other.items") do
        if item == 2 then parley.call("other.between") end
        got[#got + 1] = item
      end
      return got
    end)
    parley.provide("t.lock", function() return parley.lock("L", function() return 1 end) end)
    parley.provide("t.emit", function() return parley.emit("t:done", {}, { confirm = "all" }) end)
    parley.provide("t.report", function() return parley.call("other.long", {}, { on_progress = function() end }) end)
    parley.provide("t.store", function() return parley.storage.get "key" end)
    parley.provide("t.produce", function() return ipairs { "a", "b" } end)
    parley.provide("t.inside", function() return coroutine.wrap(function() return parley.call("other.one") end)() end)
  ]]
end

local function query(header) o.send("wait_query", header, { frame = o.id(header) }) end

--- What the kernel has told of a frame: the requests, in one text.
local function told(header)
  local message = o.take "waiting"
  equal(message.parent, header)
  local texts = {}
  for i, request in ipairs(message.content.requests) do texts[i] = request.msg_id .. " " .. request.items end
  return table.concat(texts, ", ")
end

test("a frame is told to wait for its call, and for the next without being asked again", function()
  waiting_plugin()
  local _, header = o.call "t.call"
  o.none "waiting"
  local first = o.take "call_request"
  query(header)
  equal(told(header), first.id .. " 0")
  o.reply(first, "call_reply", { value = 1 })
  local second = o.take "call_request"
  equal(told(header), second.id .. " 0")
  o.reply(second, "call_reply", { value = 2 })
  o.take "call_reply"
  o.none "waiting"
end)

test("of a stream it waits for what comes after so many items, but not while it waits for something else", function()
  local _, header = o.call "t.read"
  local items = o.take "call_request"
  query(header)
  equal(told(header), items.id .. " 0")
  o.send("yield_item", items.header, { sequence = 0 }, { value = 1 })
  equal(told(header), items.id .. " 1")
  o.send("yield_item", items.header, { sequence = 1 }, { value = 2 })
  local between = o.take "call_request"
  equal(told(header), between.id .. " 0")
  o.send("yield_item", items.header, { sequence = 2 }, { value = 3 })
  o.none "waiting"
  o.reply(between, "call_reply", { value = 1 })
  equal(told(header), items.id .. " 3")
  o.reply(items, "call_reply", {})
  equal(#o.take("call_reply").content.value, 3)
end)

test("locks, emits and calls inside a coroutine of the plugin's are told as well", function()
  for method, what in pairs { ["t.lock"] = "lock_request", ["t.emit"] = "emit", ["t.inside"] = "call_request" } do
    local _, header = o.call(method)
    local request = o.take(what)
    query(header)
    equal(told(header), request.id .. " 0")
    o.send("cancel", header, { frame = o.id(header) }, { reason = "cancelled" })
    o.take "call_reply"
    o.sent = {}
  end
end)

test("progress is no news", function()
  local _, header = o.call "t.report"
  local request = o.take "call_request"
  query(header)
  told(header)
  o.send("progress", request.header, {}, { fraction = 0.5, message = "half" })
  query(header)
  o.none "waiting"
  o.reply(request, "call_reply", { value = 1 })
  o.take "call_reply"
end)

test("nothing is told of a frame that waits for storage, or for its consumer, or that is not there", function()
  local _, header = o.call "t.store"
  query(header)
  o.reply(o.take "storage_request", "storage_reply", { found = false })
  local _, producer = o.call("t.produce", {}, { stream = true, credit = 1 })
  query(producer)
  query(header)
  o.none "waiting"
  o.send("credit", producer, { credit = 1 })
  o.take "credit_wait"
  o.sent = {}
end)
