--- The two sockets, the ids and the signatures: JSON texts in, frames out, and back.
---
--- Nothing here blocks. What cannot be written yet waits in a queue, and reading goes on meanwhile.

local native = require "parley_native"
local envelope = require "parley.envelope"
local errors = require "parley.errors"
local zmtp = require "parley.zmtp"

local concat, format, sub = table.concat, string.format, string.sub
local error, next, setmetatable, type = error, next, setmetatable, type
local poll, receive, send, timestamp = native.poll, native.receive, native.send, native.timestamp
local append, encode = zmtp.append, envelope.encode

---@class parley.Session
---@field limit integer max_message_bytes
---@field ended? string why nothing is said any more
local Session = {}
Session.__index = Session

--- As many message ids at least are remembered, to drop what is sent a second time.
local REMEMBERED <const> = 1024

local NOTHING <const> = {}

--- How often a socket is read in one turn at most.
local READS <const> = 64

local function connect(endpoint, hello, limit)
  local path = sub(endpoint, 1, 6) == "ipc://" and sub(endpoint, 7)
  if not path then return nil, "an ipc:// endpoint expected, got " .. endpoint end
  local fd, problem = native.connect(path)
  if not fd then return nil, problem end
  return { fd = fd, decoder = zmtp.decoder(limit), head = zmtp.greeting .. hello, offset = 0, queue = {}, queued = 0 }
end

--- A session on two sockets.
---@param connection table the connection file
---@param requests table
---@param events table
---@return parley.Session
local function new(connection, requests, events)
  local id = "k-" .. native.random_hex(6)
  return setmetatable({
    requests = requests, events = events, limit = connection.max_message_bytes, signer = envelope.signer(connection.key),
    prefix = id .. "-", middle = '","session":"' .. id .. '","username":"parley","date":"', count = 0,
    types = {}, recent = {}, older = {}, remembered = 0,
  }, Session)
end

--- Connects both sockets.
---@param connection table the connection file
---@return parley.Session?
---@return string? problem
local function open(connection)
  local limit = connection.max_message_bytes
  local requests, problem = connect(connection.requests, zmtp.ready("DEALER", connection.kernel_id), limit)
  if not requests then return nil, problem end
  local events
  events, problem = connect(connection.events, zmtp.ready("SUB"), limit)
  if not events then return nil, problem end
  native.watch_forks()
  return new(connection, requests, events)
end

--- A new header, from what stays the same in each.
local function header_of(self, message_type)
  local n = self.count + 1
  self.count = n
  local id = self.prefix .. n
  local tail = self.types[message_type]
  if not tail then
    tail = '","msg_type":"' .. message_type .. '","version":"5.4"}'
    self.types[message_type] = tail
  end
  return id, '{"msg_id":"' .. id .. self.middle .. timestamp() .. tail
end

local function queue(socket, bytes)
  local n = socket.queued + 1
  socket.queue[n], socket.queued = bytes, n
end

--- Queues a message on the DEALER; all parts are JSON texts. Raises too_large.
---@return string id
function Session:send(message_type, parent, metadata, content, buffers)
  if native.forked() then
    error(errors.failure("Forked", "this is a forked child of the kernel: only the kernel itself can use parley"), 0)
  end
  local id, header = header_of(self, message_type)
  local size = 9 + 64 + #header + #parent + #metadata + #content
  if buffers then
    for i = 1, #buffers do size = size + #buffers[i] end
  end
  if size > self.limit then
    error(errors.new("too_large", { message = format("a message of %d bytes is over the limit of %d", size, self.limit),
      size = size, limit = self.limit }), 0)
  end
  local requests = self.requests
  if self.ended then return id end
  requests.queued = append(requests.queue, requests.queued, encode(self.signer, header, parent, metadata, content, buffers))
  return id
end

--- Closes the sockets: what is said from now on goes nowhere.
function Session:close()
  native.close(self.requests.fd)
  native.close(self.events.fd)
end

function Session:subscribe(topic) queue(self.events, zmtp.subscribe(topic)) end

function Session:unsubscribe(topic) queue(self.events, zmtp.unsubscribe(topic)) end

--- Whether anything can be written. libzmq ends a connection on which messages come before its own READY has gone out.
local function has_more(socket)
  return socket.head ~= nil or socket.queued > 0 and socket.decoder.ready
end

--- All that is queued goes out in one write. What the socket does not take stays in `head`, and is not copied again.
local function flush(socket)
  while has_more(socket) do
    if not socket.head then
      socket.head, socket.offset = concat(socket.queue, "", 1, socket.queued), 0
      socket.queue, socket.queued = {}, 0
    end
    local sent, problem = send(socket.fd, socket.head, socket.offset)
    if not sent then return nil, problem end
    socket.offset = socket.offset + sent
    if socket.offset == #socket.head then
      socket.head = nil
    elseif sent == 0 then
      return true
    end
  end
  return true
end

--- Whether anything waits to be written.
---@return boolean
function Session:has_more() return has_more(self.requests) or has_more(self.events) end

--- Writes what the sockets take now.
---@return true?
---@return string? problem the connection has ended
function Session:flush()
  local ok, problem = flush(self.requests)
  if ok and has_more(self.events) then ok, problem = flush(self.events) end
  return ok, problem
end

--- Reads what is there, up to a measure: whoever sends without end shall not keep us from answering.
local function read(socket, messages)
  for _ = 1, READS do
    local bytes, more = receive(socket.fd)
    if not bytes then return nil, more end
    if bytes == "" then break end
    local got, problem = socket.decoder:feed(bytes)
    if not got then return nil, problem end
    if #messages == 0 then messages = got else
      for i = 1, #got do messages[#messages + 1] = got[i] end
    end
    local answers = socket.decoder.answers
    if answers[1] then
      for i = 1, #answers do queue(socket, answers[i]) end
      socket.decoder.answers = {}
    end
    if not more then break end
  end
  return messages
end

--- Waits until something can be read, or something queued be written, and reads all that is there.
---@param seconds number less than 0 waits for ever
---@return string[][]? requests frames of messages from the DEALER; nil when the connection has ended
---@return string[][]|string events from the SUB, or the problem
function Session:wait(seconds)
  local requests, events = self.requests, self.events
  local request_in, _, event_in = poll(requests.fd, has_more(requests), events.fd, has_more(events), seconds)
  local got_requests, got_events = NOTHING, NOTHING
  local problem
  -- Events first: what the orchestrator had published when it sent a request is then known.
  if event_in then
    got_events, problem = read(events, got_events)
    if not got_events then return nil, problem end
  end
  if request_in then
    got_requests, problem = read(requests, got_requests)
    if not got_requests then return nil, problem end
  end
  return got_requests, got_events
end

--- Whether a message id is new; it is remembered from now on.
--- Two sets take turns: taking single keys out of a full table makes Lua rehash it at every insertion.
---@param id string
---@return boolean
function Session:is_new(id)
  local recent = self.recent
  if recent[id] or self.older[id] then return false end
  local n = self.remembered + 1
  if n > REMEMBERED then
    self.older, recent, n = recent, {}, 1
    self.recent = recent
  end
  recent[id], self.remembered = true, n
  return true
end

--- The fields that a connection file must have, and of what type.
local FIELDS <const> = { kernel_id = "string", requests = "string", events = "string", key = "string", max_message_bytes = "number" }

--- What is wrong with a connection file.
---@return string?
local function problem_of(connection)
  if type(connection) ~= "table" then return "it is not a JSON object" end
  for field, expected in next, FIELDS do
    if type(connection[field]) ~= expected then return "its field " .. field .. " is not a " .. expected end
  end
end

return { new = new, open = open, problem_of = problem_of }
