local envelope = require "parley.envelope"
local harness = require "harness"
local test, equal, bytes = harness.test, harness.equal, harness.bytes
local vectors = harness.vectors "envelope"

local function frames_of(vector)
  local frames = {}
  for i, hex in ipairs(vector.frames) do frames[i] = bytes(hex) end
  return frames
end

for _, vector in ipairs(vectors.valid) do
  local first = vector.topic and 2 or 1

  test("'" .. vector.name .. "' is written byte for byte", function()
    local buffers = {}
    for i, hex in ipairs(vector.buffers) do buffers[i] = bytes(hex) end
    local frames = envelope.encode(envelope.signer(vector.key), vector.header, vector.parent_header, vector.metadata,
      vector.content, buffers)
    if vector.topic then table.insert(frames, 1, vector.topic) end
    equal(frames, frames_of(vector))
  end)

  test("'" .. vector.name .. "' is read", function()
    local message = assert(envelope.decode(envelope.signer(vector.key), frames_of(vector), first))
    equal(message.header, vector.header)
    equal(message.parent, vector.parent_header)
    equal(message.type, vector.header:match '"msg_type":"([^"]*)"')
    equal(message.id, vector.header:match '"msg_id":"([^"]*)"')
  end)
end

for _, vector in ipairs(vectors.invalid) do
  test("'" .. vector.name .. "' is refused", function()
    local message, problem = envelope.decode(envelope.signer(vector.key), frames_of(vector))
    equal(message, nil)
    equal(problem, vector.error)
  end)
end

test("buffers arrive in their places", function()
  for _, vector in ipairs(vectors.valid) do
    if #vector.buffers > 0 then
      local message = assert(envelope.decode(envelope.signer(vector.key), frames_of(vector)))
      equal(tostring(message.content.value.image), bytes(vector.buffers[1]))
      equal(tostring(message.content.value.parts[1]), bytes(vector.buffers[2]))
    end
  end
end)

test("a key longer than a block is hashed first", function()
  local native = require "parley_native"
  equal(native.sign(native.hmac(("\xaa"):rep(131)), "Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54") -- RFC 4231, case 6
  equal(native.sign(native.hmac "Jefe", "what do ya want ", "for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843") -- RFC 4231, case 2, in two pieces
end)
