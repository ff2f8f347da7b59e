--- ZMTP 3.0 with the NULL mechanism (RFC 23), as much of it as a DEALER and a SUB need: bytes in, messages out.

local byte, char, concat, pack, rep, sub, unpack =
  string.byte, string.char, table.concat, string.pack, string.rep, string.sub, string.unpack
local setmetatable = setmetatable

local zmtp = {}

local MORE <const>, LONG <const>, COMMAND <const> = 1, 2, 4
local GREETING_SIZE <const> = 64

--- No frame may be larger than the limit of a message and this, for its envelope.
local MARGIN <const> = 65536

zmtp.greeting = "\xff" .. rep("\0", 8) .. "\x7f\3\0NULL" .. rep("\0", 16) .. "\0" .. rep("\0", 31)

-- What stands before a short frame, ready made: by length, without MORE and with it.
local last_head, more_head = {}, {}
for length = 0, 255 do
  last_head[length], more_head[length] = char(0, length), char(MORE, length)
end

local function command(name, body)
  body = pack("s1", name) .. body
  if #body > 255 then return char(COMMAND | LONG) .. pack(">I8", #body) .. body end
  return char(COMMAND, #body) .. body
end

--- The READY command.
---@param socket_type string "DEALER" or "SUB"
---@param identity? string the routing id
---@return string bytes
function zmtp.ready(socket_type, identity)
  local properties = pack("s1>s4", "Socket-Type", socket_type)
  if identity then properties = properties .. pack("s1>s4", "Identity", identity) end
  return command("READY", properties)
end

--- Appends the bytes of a message, in pieces, to a list of n: all that a loop turn has to say is joined only once.
---@param pieces string[]
---@param n integer
---@param frames string[] at least one
---@return integer n
function zmtp.append(pieces, n, frames)
  local count = #frames
  for i = 1, count do
    local body = frames[i]
    pieces[n + 1] = (i < count and more_head or last_head)[#body]
      or char((i < count and MORE or 0) | LONG) .. pack(">I8", #body)
    pieces[n + 2] = body
    n = n + 2
  end
  return n
end

--- The bytes of a message.
---@param frames string[] at least one
---@return string bytes
function zmtp.message(frames)
  local pieces = {}
  zmtp.append(pieces, 0, frames)
  return concat(pieces)
end

--- A SUB's request to be sent a topic, and to be sent it no more.
---@param topic string
---@return string bytes
function zmtp.subscribe(topic) return zmtp.message { "\1" .. topic } end

---@param topic string
---@return string bytes
function zmtp.unsubscribe(topic) return zmtp.message { "\0" .. topic } end

---@class parley.Decoder
---@field ready boolean the other side is ready for messages
---@field answers string[] what must be sent back: replies to PING
local Decoder = {}
Decoder.__index = Decoder

--- Reads one connection.
---@param limit integer of the bytes in a message
---@return parley.Decoder
function zmtp.decoder(limit)
  return setmetatable({ limit = limit + MARGIN, buffer = "", chunks = {}, waiting = 0, need = GREETING_SIZE,
    greeted = false, ready = false, frames = {}, size = 0, answers = {} }, Decoder)
end

local function check_greeting(bytes)
  if byte(bytes, 1) ~= 0xff or byte(bytes, 10) ~= 0x7f then return nil, "the other side does not speak ZMTP" end
  if byte(bytes, 11) < 3 then return nil, "the other side speaks a version of ZMTP before 3" end
  if sub(bytes, 13, 32) ~= "NULL" .. rep("\0", 16) then return nil, "the other side wants another mechanism than NULL" end
  return true
end

function Decoder:on_command(body)
  local size = byte(body, 1) or 0
  local name = sub(body, 2, 1 + size)
  if name == "ERROR" then return nil, "the other side refused the connection: " .. sub(body, size + 3) end
  if name == "READY" then self.ready = true end
  if name == "PING" then
    self.answers[#self.answers + 1] = command("PONG", sub(body, size + 4))
  end
  return true -- others are for later versions
end

--- Takes in what was read, however it was cut.
---@param bytes string
---@return string[][]? messages those that are whole now
---@return string? problem when the connection must end
function Decoder:feed(bytes)
  local chunks = self.chunks
  if self.waiting + #bytes < self.need then -- joined once only when all is there: a large frame comes in many pieces
    chunks[#chunks + 1] = bytes
    self.waiting = self.waiting + #bytes
    return {}
  end
  if self.waiting > 0 then
    chunks[#chunks + 1] = bytes
    bytes = concat(chunks)
    self.chunks = {}
  end
  local at, messages = 1, {}
  if not self.greeted then
    local ok, problem = check_greeting(bytes)
    if not ok then return nil, problem end
    self.greeted, at = true, GREETING_SIZE + 1
  end
  local problem
  at, problem = self:read_frames(bytes, at, messages)
  if not at then return nil, problem end
  self.waiting = #bytes - at + 1
  if self.waiting > 0 then self.chunks[1] = sub(bytes, at) end
  return messages
end

--- Reads the whole frames in bytes from `at` on; leaves in `need` how many bytes the next one takes.
function Decoder:read_frames(bytes, at, messages)
  local total, frames, sum = #bytes, self.frames, self.size
  local need
  while true do
    local flags, size = byte(bytes, at, at + 1)
    need = 2
    if not size then break end
    local start = at + 2
    if flags & LONG ~= 0 then
      need = 9
      if total < at + 8 then break end
      size, start = unpack(">I8", bytes, at + 1), at + 9
    end
    if size < 0 or size + sum > self.limit then return nil, "a message over the limit" end
    local stop = start + size
    need = stop - at
    if stop - 1 > total then break end
    local body = sub(bytes, start, stop - 1)
    at = stop
    if flags & COMMAND ~= 0 then
      local ok, problem = self:on_command(body)
      if not ok then return nil, problem end
    else
      frames[#frames + 1] = body
      sum = sum + size
      if flags & MORE == 0 then
        messages[#messages + 1] = frames
        frames, sum = {}, 0
      end
    end
  end
  self.frames, self.size, self.need = frames, sum, need
  return at
end

return zmtp
