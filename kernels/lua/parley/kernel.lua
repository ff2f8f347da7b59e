--- The kernel: says hello, reads the sockets, and hands each message to whom it is for. It never runs plugin code itself:
--- each message that needs some opens a frame.

local cells = require "parley.cells"
local coroutines = require "parley.coroutines"
local envelope = require "parley.envelope"
local errors = require "parley.errors"
local events = require "parley.events"
local executor = require "parley.executor"
local lifecycle = require "parley.lifecycle"
local native = require "parley_native"
local plugin = require "parley.plugin"
local requests = require "parley.requests"
local scheduler = require "parley.scheduler"
local sessions = require "parley.session"
local streams = require "parley.streams"
local subscriptions = require "parley.subscriptions"
local trace = require "parley.trace"
local values = require "parley.values"
local waits = require "parley.waits"
local watches = require "parley.watches"

local format, match, math_type, max, pcall, tostring, type =
  string.format, string.match, math.type, math.max, pcall, tostring, type
local encode, forked, leave, monotonic, post = values.encode, native.forked, native.leave, native.monotonic, requests.post
local stderr = io.stderr
local file_write = debug.getmetatable(stderr).__index.write -- before streams.install

local kernel = {}

local VERSION <const> = "1.0.0"

--- How long after a ping its last events may still be under way on the other socket, in seconds.
local TAIL_GRACE <const> = 0.1

--- Replies wait for the end of a loop turn, to go out in one write; but not longer than this, in seconds.
local TURN <const> = 0.001

local session ---@type parley.Session
local welcomed = false
local tail, tail_at -- the last ping's events, and when to look whether they have come

local attachment ---@type parley.Attachment? of a program that Parley did not start
local gone ---@type string? why nothing is said any more, in such a program

--- Serves no more. A kernel's process ends here; a program that attached goes on, and what it waits for fails.
---@param reason string
---@param refusal? table
local function stop_serving(reason, refusal)
  if not attachment then leave(0) end
  if gone then return end
  gone = reason
  requests.close(reason)
  session:close()
  scheduler.cancel_all "shutdown"
  plugin.forget(attachment.owner)
  attachment.ended(reason, refusal)
end

local function die(message, refusal)
  if attachment then return stop_serving(message, refusal) end
  file_write(stderr, "parley-lua: ", message, "\n")
  leave(1)
end

local function say_hello()
  post(nil, "hello", "{}", values.encode {
    protocol_versions = { "1.0" }, implementation = "parley-lua", implementation_version = VERSION,
    language_info = { name = "lua", version = match(_VERSION, "%d.*"), mimetype = "text/x-lua", file_extension = ".lua" },
    pid = native.pid(), features = { "streams", "locks", "buffers", "execute", "waits" },
  })
end

--- Ends the process when all that was said has gone out. Other frames are abandoned.
local function finish()
  if attachment then return end
  streams.flush_outside()
  local deadline = monotonic() + 5
  while session:flush() and session:has_more() and monotonic() < deadline do
    if not session:wait(0.1) then break end
  end
  leave(0)
end

local function log(level, message)
  post(nil, "log", "{}", format('{"level":"%s","message":%s,"fields":{}}', level, encode(message)))
end

local on = {}

function on.call_request(message)
  local method = message.metadata.method
  local provider = plugin.provider(method)
  if provider then return executor.call(message, provider) end
  requests.refuse({ header = message.header }, "call_reply", "no_provider",
    { message = tostring(method) .. " is not provided by this kernel", nearest = values.array() })
end

function on.event(message) events.arrived(message, true) end

function on.cancel(message)
  local frame = scheduler.find(message.metadata.frame)
  if not frame then return end
  requests.forget(frame.waiting)
  local reason = message.content.reason
  scheduler.cancel(frame, type(reason) == "string" and reason or "cancelled")
end

function on.credit(message)
  executor.credit(scheduler.find(envelope.parent_id(message)), message.metadata.credit)
end

function on.wait_query(message) waits.ask(scheduler.find(envelope.parent_id(message))) end

function on.ping(message)
  post({ header = message.header }, "pong", '{"outcome":"ok"}', format('{"frames":%d}', scheduler.count()))
  local published = message.content.events
  if type(published) == "table" then tail, tail_at = published, monotonic() + TAIL_GRACE end
end

function on.subscription_update(message) subscriptions.update(message.content) end

function on.storage_changed(message) watches.changed(message) end

function on.shutdown_request(message)
  -- The orchestrator has let go of this program: nothing follows.
  if attachment and message.content.reason then return stop_serving(tostring(message.content.reason)) end
  lifecycle.shutdown(message, cells.plugin, finish)
end

function on.load_plugin(message)
  if attachment then return lifecycle.adopt(message, attachment.owner) end
  lifecycle.load(message)
end

function on.start_plugin(message)
  lifecycle.start(message)
  if attachment then attachment.started() end
end

on.unload_plugin = lifecycle.unload
on.execute_request = cells.execute

for _, reply in ipairs { "call_reply", "yield_item", "progress", "provide_reply", "withdraw_reply", "subscribe_reply", "subscribed",
  "unsubscribe_reply", "emit_reply", "lock_reply", "event_grant", "services_reply", "service_wait_reply", "contributions_reply",
  "storage_reply" } do
  on[reply] = requests.arrived
end

--- The first message; nothing else is listened to before it.
local function welcome(message)
  if message.type ~= "welcome" then return end
  if message.metadata.outcome ~= "ok" then
    return die(tostring(message.content.message), errors.new(tostring(message.metadata.outcome), message.content))
  end
  local limit = message.content.max_message_bytes
  if math_type(limit) == "integer" then session.limit = limit end
  welcomed = true
end

local function cannot_read(header, problem)
  post(header and { header = header } or nil, "error", "{}", values.encode {
    ename = "MalformedMessage", evalue = problem, traceback = values.array(),
  })
end

local function failed(message, failure)
  if forked() then leave(0) end -- a child that a plugin's C code forked has come out of its handler
  cannot_read(message.header, errors.object(failure).message)
end

--- Deals with one message from the DEALER.
---@param frames string[]
function kernel.receive(frames)
  local message, problem, header = envelope.decode(session.signer, frames)
  if not message then
    if not welcomed then return end
    if problem == "malformed" then return cannot_read(header, "the message is signed, but cannot be read") end
    return log("warning", "a message was dropped: " .. problem)
  end
  if not session:is_new(message.id) then return log("warning", "a message came twice and was dropped: " .. message.type) end
  if not welcomed then return welcome(message) end
  local handler = on[message.type]
  if not handler then return log("debug", "a message of an unknown type was ignored: " .. message.type) end
  local ok, failure = pcall(handler, message)
  if not ok then failed(message, failure) end
end

--- Deals with one message from the SUB.
---@param frames string[]
function kernel.receive_event(frames)
  local message = subscriptions.read(frames)
  if message and session:is_new(message.id) then
    local ok, failure = pcall(events.arrived, message, false)
    if not ok then failed(message, failure) end
  end
end

--- One turn: waits, reads all that is there, deals with it, and writes what that has brought.
---@param limit? number seconds to wait at most
local function turn(limit)
  local got_requests, got_events = session:wait(tail_at and max(0, tail_at - monotonic()) or limit or -1)
  if not got_requests then return stop_serving "the orchestrator is gone" end
  local started = monotonic()
  for i = 1, #got_events do kernel.receive_event(got_events[i]) end
  for i = 1, #got_requests do
    kernel.receive(got_requests[i])
    if monotonic() - started > TURN then
      session:flush()
      started = monotonic()
    end
  end
  if tail_at and monotonic() >= tail_at then
    local published = tail
    tail, tail_at = nil, nil
    events.check_tail(published)
  end
  streams.flush_outside()
  if forked() then leave(0) end
  if not gone and not session:flush() then stop_serving "the orchestrator is gone" end
end

--- Connects a program that Parley did not start: its output, its signals and its end are its own.
---@param connection table what the token holds
---@param owner parley.Attachment told what becomes of it
---@return true?
---@return string? problem
function kernel.join(connection, owner)
  local problem = sessions.problem_of(connection)
  if problem then return nil, problem end
  connection.kernel_id = connection.kernel_id .. "." .. native.random_hex(6)
  local opened
  opened, problem = sessions.open(connection)
  if not opened then return nil, problem end
  attachment, gone, welcomed, tail, tail_at = owner, nil, false, nil, nil
  scheduler.pump = kernel.pump
  kernel.attach(opened)
  return true
end

--- Whether the orchestrator has answered at all.
---@return boolean
function kernel.is_welcomed() return welcomed end

--- Gives up.
---@param reason string
function kernel.abandon(reason) stop_serving(reason) end

--- One turn of the loop for a program that waits; its handlers run meanwhile.
---@param limit? number seconds to wait at most
function kernel.pump(limit)
  if gone then return end
  if not session:flush() then return stop_serving "the orchestrator is gone" end
  turn(limit)
end

--- Takes a session and says hello on it.
---@param opened parley.Session
function kernel.attach(opened)
  session = opened
  requests.open(session)
  subscriptions.open(session)
  say_hello()
end

--- Gives plugins the functions that are not Lua's own. The shim has taken those it needs before.
function kernel.prepare()
  streams.install(post, function() session:flush() end)
  coroutines.install()
  native.catch_interrupts(errors.failure("Interrupt", "interrupted"), trace.folder)
  scheduler.before_wait = streams.flush
  local notebook = plugin.new { plugin = "cells" }
  notebook.early_events = nil
  cells.open(notebook)
end

--- Runs until the orchestrator says to end, or is gone.
---@param connection table the connection file's fields
function kernel.run(connection)
  local problem = sessions.problem_of(connection)
  if problem then die("the connection file is wrong: " .. problem) end
  local opened
  opened, problem = sessions.open(connection)
  if not opened then die(problem) end
  kernel.attach(opened)
  opened:flush() -- the orchestrator sets things up meanwhile
  kernel.prepare()
  while true do turn() end
end

return kernel
