--- Messages that are sent for frames, and the replies for which they wait.

local envelope = require "parley.envelope"
local errors = require "parley.errors"
local native = require "parley_native"
local scheduler = require "parley.scheduler"
local streams = require "parley.streams"
local values = require "parley.values"

local error, pairs, pcall, readable, tostring = error, pairs, pcall, native.readable, tostring
local format = string.format
local deliver, find_parent, flush_output = scheduler.deliver, envelope.parent_id, streams.flush

local requests = {}

local session
local pending = {} ---@type table<string, parley.Inbox>

---@param opened parley.Session
function requests.open(opened) session = opened end

--- Sends a message on behalf of a frame, after what the frame has printed.
---@param frame? {header: string} nil outside of any
---@param message_type string
---@param metadata string JSON
---@param content string JSON
---@param buffers? string[]
---@return string id
local function post(frame, message_type, metadata, content, buffers)
  if frame then
    if frame.output and message_type ~= "stream" then flush_output(frame) end
    return session:send(message_type, frame.header, metadata, content, buffers)
  end
  return session:send(message_type, "{}", metadata, content, buffers)
end
requests.post = post

--- Sends a message that is wanted now, however long the handler goes on without waiting.
---@return string id
function requests.post_now(...)
  local id = post(...)
  session:flush()
  return id
end

--- Sends a message and opens an inbox for what answers it.
---@return parley.Inbox
function requests.ask(frame, message_type, metadata, content, buffers)
  if not session or session.ended then error(requests.detached(), 0) end
  local inbox = scheduler.inbox()
  inbox.id, inbox.frame, inbox.type = post(frame, message_type, metadata, content, buffers), frame, message_type
  pending[inbox.id] = inbox
  return inbox
end

--- Why nothing can be asked, in a program that has not attached or has left.
function requests.detached()
  if not session then
    return errors.failure("NotAttached", "parley works inside a Parley kernel: run this file as a plugin, or call parley.attach() first")
  end
  return errors.new("unavailable", { message = "this program is not attached any more: " .. session.ended })
end

--- Nothing is answered any more: whoever waits is told why.
---@param reason string
function requests.close(reason)
  session.ended = reason
  local waiting = pending
  pending = {}
  for _, inbox in pairs(waiting) do
    deliver(inbox, { type = "call_reply", metadata = { outcome = "unavailable" },
      content = { message = "It is not answered: " .. reason } })
  end
end

--- What answers it from now on is ignored.
---@param inbox? parley.Inbox
function requests.forget(inbox)
  if inbox and inbox.id then pending[inbox.id] = nil end
end

--- Hands a message to whoever waits for an answer to its parent.
---@param message parley.Message
function requests.arrived(message)
  local id = find_parent(message)
  local inbox = id and pending[id]
  if not inbox then return end
  if message.type == "yield_item" then inbox.items = (inbox.items or 0) + 1 end
  deliver(inbox, message)
end

--- Waits for the one reply; raises the error that it brings.
---@param inbox parley.Inbox
---@param what string the SDK's function, for errors
---@return parley.Message
function requests.reply(inbox, what)
  local message = scheduler.take(inbox, what)
  pending[inbox.id] = nil
  return requests.checked(message)
end

--- Raises the error of a reply whose outcome is not ok.
---@param message parley.Message
---@return parley.Message
function requests.checked(message)
  local outcome = message.metadata.outcome
  if outcome ~= "ok" then error(errors.new(tostring(outcome), message.content), 0) end
  return message
end

--- Asks for the end of something that was registered; waits for the answer where one can wait.
---@param message_type string
---@param content string JSON
function requests.dismiss(message_type, content)
  local frame = scheduler.current()
  local inbox = requests.ask(frame, message_type, "{}", content)
  if frame and pcall(scheduler.check, "dispose") then scheduler.take(inbox, "dispose") end
  requests.forget(inbox)
end

--- Replies to what opened a frame with an error; one that cannot be encoded or is too large is cut down until it can be.
---@param frame parley.Frame
---@param message_type string
---@param outcome string
---@param content table
---@param more? string metadata besides the outcome, JSON to be appended
function requests.refuse(frame, message_type, outcome, content, more)
  local metadata = format('{"outcome":%s%s}', values.encode(outcome), more or "")
  local ok, json = pcall(values.encode, content)
  if ok and pcall(post, frame, message_type, metadata, json) then return end
  json = values.encode {
    message = readable(tostring(content.message)), ename = content.ename and readable(tostring(content.ename)),
    evalue = content.evalue and readable(tostring(content.evalue)), frames = values.array(), traceback = values.array(),
  }
  post(frame, message_type, metadata, json)
end

--- A text that can be sent, whatever its bytes.
---@param text string
---@return string
function requests.text(text) return (readable(text)) end

return requests
