--- An orchestrator in the tests' own process: a kernel on a session whose sockets are two lists.

local native = require "parley_native"
local exit_status
native.leave = function(status) exit_status = status end -- before the kernel takes it

local envelope = require "parley.envelope"
local kernel = require "parley.kernel"
local sessions = require "parley.session"
local values = require "parley.values"
local zmtp = require "parley.zmtp"

local KEY <const> = "4b2f9c1e7a6d5038"
local LIMIT <const> = 1 << 20

local orchestrator = { sent = {}, topics = {}, subscribed = {}, limit = LIMIT }

local function list() return { queue = {}, queued = 0, decoder = { ready = true } } end

local session = sessions.new({ key = KEY, max_message_bytes = LIMIT }, list(), list())
function session.flush() return true end
function session.has_more() return false end
local signer = envelope.signer(KEY)
local count = 0

local function messages_of(socket)
  local decoder = zmtp.decoder(LIMIT)
  decoder.greeted, decoder.need = true, 2
  local bytes = table.concat(socket.queue, "", 1, socket.queued)
  socket.queue, socket.queued = {}, 0
  return assert(decoder:feed(bytes))
end

local function collect()
  for _, frames in ipairs(messages_of(session.requests)) do
    local message = assert(envelope.decode(signer, frames))
    message.frames = frames
    table.insert(orchestrator.sent, message)
  end
  for _, frames in ipairs(messages_of(session.events)) do
    orchestrator.subscribed[frames[1]:sub(2)] = frames[1]:byte() == 1 or nil
  end
end

local function encode(value) return type(value) == "string" and value or (values.encode(value or {})) end

--- Makes the frames of a message, and its header.
function orchestrator.frames(message_type, parent, metadata, content, buffers, key)
  count = count + 1
  local header = ('{"msg_id":"o-%d","session":"o","username":"parley","date":"2026-01-02T03:04:05.678Z","msg_type":"%s","version":"5.4"}')
    :format(count, message_type)
  return envelope.encode(key and envelope.signer(key) or signer, header, parent or "{}", encode(metadata), encode(content), buffers), header
end

--- Sends the kernel a message; returns its header.
function orchestrator.send(message_type, parent, metadata, content, buffers)
  local frames, header = orchestrator.frames(message_type, parent, metadata, content, buffers)
  kernel.receive(frames)
  collect()
  return header
end

--- Sends the kernel frames as they are.
function orchestrator.send_raw(frames)
  kernel.receive(frames)
  collect()
end

--- Publishes an event; returns its header.
function orchestrator.publish(event, content, sequence, key)
  local topic = orchestrator.topics[event] or { topic = "none", key = "none" }
  local frames, header = orchestrator.frames("event", "{}", { event = event, event_id = "e-1", sequence = sequence, emitter = "test",
    attempt = 1 }, content, nil, key or topic.key)
  table.insert(frames, 1, topic.topic)
  kernel.receive_event(frames)
  collect()
  return header
end

--- Takes the first message of a type that the kernel has sent; an error when there is none.
function orchestrator.take(message_type)
  for i, message in ipairs(orchestrator.sent) do
    if message.type == message_type then return table.remove(orchestrator.sent, i) end
  end
  local types = {}
  for i, message in ipairs(orchestrator.sent) do types[i] = message.type end
  error("no " .. message_type .. " was sent, but: " .. table.concat(types, ", "), 2)
end

--- Whether nothing of a type is there.
function orchestrator.none(message_type)
  for _, message in ipairs(orchestrator.sent) do
    if message.type == message_type then error("an unwanted " .. message_type .. " was sent", 2) end
  end
end

--- Answers a message of the kernel's.
function orchestrator.reply(message, message_type, content, outcome)
  return orchestrator.send(message_type, message.header, { outcome = outcome or "ok" }, content)
end

--- Answers a subscribe as the protocol wants it.
function orchestrator.confirm(message, events)
  local topics = values.array()
  for i, event in ipairs(events) do
    local topic = orchestrator.topics[event] or { event = event, topic = "topic of " .. event, key = "key of " .. event }
    orchestrator.topics[event], topics[i] = topic, topic
  end
  orchestrator.reply(message, "subscribe_reply", { topics = topics, nonce = "nonce" })
  orchestrator.reply(message, "subscribed", {})
end

--- Writes a file beside the tests' build.
function orchestrator.file(name, text)
  local path = os.tmpname()
  os.remove(path)
  local folder = path .. ".d"
  assert(os.execute("mkdir -p '" .. folder .. "'"))
  orchestrator.folders = orchestrator.folders or {}
  table.insert(orchestrator.folders, folder)
  local file = assert(io.open(folder .. "/" .. name, "w"))
  file:write(text)
  file:close()
  return folder, folder .. "/" .. name
end

local function clear_folders()
  for _, folder in ipairs(orchestrator.folders or {}) do os.execute("rm -r '" .. folder .. "'") end
  orchestrator.folders = {}
end

--- Loads a plugin from a text, confirming what it registers, and starts it; returns the load_plugin_reply.
function orchestrator.load(text, options)
  orchestrator.sent, orchestrator.topics = {}, {}
  orchestrator.send("unload_plugin")
  orchestrator.sent = {}
  options = options or {}
  local folder, path = orchestrator.file("plugin.lua", text)
  for name, other in pairs(options.files or {}) do
    local file = assert(io.open(folder .. "/" .. name, "w"))
    file:write(other)
    file:close()
  end
  orchestrator.path = path
  orchestrator.send("load_plugin", "{}", {}, { plugin = "test", version = "1.0.0", generation = 1, tenant = "default", folder = folder,
    main = path, event_grants = options.grants == true, settings = {} })
  while true do
    local first = orchestrator.sent[1]
    if first and first.type == "provide" then
      orchestrator.reply(orchestrator.take "provide", "provide_reply")
    elseif first and first.type == "subscribe" then
      local message = orchestrator.take "subscribe"
      orchestrator.confirm(message, options.events and options.events[message.content.pattern] or { message.content.pattern })
    else
      break
    end
  end
  if options.unfinished then return end
  local reply = orchestrator.take "load_plugin_reply"
  clear_folders()
  if reply.metadata.outcome == "ok" and not options.unstarted then
    orchestrator.send("start_plugin")
    orchestrator.take "start_plugin_reply"
  end
  return reply
end

--- Calls a method; returns the reply when there is one already, and the request's header.
function orchestrator.call(method, params, metadata, buffers)
  metadata = metadata or {}
  metadata.method = method
  local header = orchestrator.send("call_request", "{}", metadata, params or {}, buffers)
  local last = orchestrator.sent[#orchestrator.sent]
  if last and last.type == "call_reply" then return table.remove(orchestrator.sent), header end
  return nil, header
end

--- The id in a header.
function orchestrator.id(header) return header:match '"msg_id":"([^"]*)"' end

--- With which status the kernel has left.
function orchestrator.exit_status() return exit_status end

kernel.attach(session)
kernel.prepare()
collect()
orchestrator.hello = orchestrator.take "hello"
orchestrator.send("welcome", orchestrator.hello.header, { outcome = "ok" }, { max_message_bytes = LIMIT })

return orchestrator
