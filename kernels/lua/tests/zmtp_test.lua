local harness = require "harness"
local zmtp = require "parley.zmtp"
local test, equal, bytes = harness.test, harness.equal, harness.bytes
local vectors = harness.vectors "zmtp"

local function connected(limit)
  local decoder = zmtp.decoder(limit or 1 << 20)
  assert(decoder:feed(zmtp.greeting))
  return decoder
end

test("the greeting is as specified", function() equal(zmtp.greeting, bytes(vectors.greeting)) end)

test("READY is as specified", function()
  equal(zmtp.ready("DEALER", vectors.ready_dealer.identity), bytes(vectors.ready_dealer.bytes))
  equal(zmtp.ready("SUB"), bytes(vectors.ready_sub.bytes))
end)

test("subscriptions are as specified", function()
  equal(zmtp.subscribe(vectors.subscribe.topic), bytes(vectors.subscribe.bytes))
  equal(zmtp.unsubscribe(vectors.unsubscribe.topic), bytes(vectors.unsubscribe.bytes))
end)

for i, vector in ipairs(vectors.messages) do
  local frames = {}
  for j, hex in ipairs(vector.frames) do frames[j] = bytes(hex) end
  test("message " .. i .. " is written and read", function()
    equal(zmtp.message(frames), bytes(vector.bytes))
    equal(connected():feed(bytes(vector.bytes)), { frames })
  end)
end

test("messages are read however their bytes are cut", function()
  local stream, wanted = bytes(vectors.greeting) .. bytes(vectors.ready_router_from_libzmq.bytes), {}
  for _, vector in ipairs(vectors.messages) do
    stream = stream .. bytes(vector.bytes)
    local frames = {}
    for j, hex in ipairs(vector.frames) do frames[j] = bytes(hex) end
    wanted[#wanted + 1] = frames
  end
  for _, size in ipairs { 1, 2, 3, 7, 64, 65, 100, 1000, #stream } do
    local decoder, got = zmtp.decoder(1 << 20), {}
    for at = 1, #stream, size do
      for _, message in ipairs(assert(decoder:feed(stream:sub(at, at + size - 1)))) do got[#got + 1] = message end
    end
    equal(got, wanted, "in pieces of " .. size)
    equal(decoder.ready, true)
  end
end)

for i, greeting in ipairs(vectors.bad_greetings) do
  test("bad greeting " .. i .. " is refused", function()
    local messages, problem = zmtp.decoder(1000):feed(bytes(greeting))
    equal(messages, nil)
    equal(type(problem), "string")
  end)
end

test("a PING is answered with its context", function()
  local decoder = connected()
  equal(decoder:feed(bytes(vectors.ping.bytes)), {})
  equal(decoder.answers, { bytes(vectors.ping.pong) })
end)

test("an ERROR ends the connection with its reason", function()
  local messages, problem = connected():feed(bytes(vectors.error_command.bytes))
  equal(messages, nil)
  harness.contains(problem, vectors.error_command.reason)
end)

test("a frame over the limit is refused before it is there", function()
  for _, head in ipairs { "\2\0\0\0\0\xff\0\0\0", "\2\xff\xff\xff\xff\xff\xff\xff\xff" } do
    local messages, problem = connected(1000):feed(head)
    equal(messages, nil)
    harness.contains(problem, "limit")
  end
end)

test("many small frames are over the limit together", function()
  local problem
  local decoder, frame = connected(1000), "\1\xff" .. ("x"):rep(255)
  for _ = 1, 1000 do
    local messages, why = decoder:feed(frame)
    if not messages then
      problem = why
      break
    end
  end
  harness.contains(problem, "limit")
end)

test("random bytes never raise an error", function()
  math.randomseed(42)
  for _ = 1, 500 do
    local pieces = {}
    for j = 1, math.random(1, 60) do pieces[j] = string.char(math.random(0, 255)) end
    connected():feed(table.concat(pieces))
  end
end)
