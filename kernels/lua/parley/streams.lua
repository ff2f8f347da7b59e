--- What plugin code prints, sent as `stream` messages of the frame that printed it.
---
--- A line goes out at once, so that it is not lost when the process dies in the next. Of a frame that floods, lines are kept
--- until 8 KiB are there, some milliseconds have passed, or the frame sends anything else or waits.

local native = require "parley_native"
local errors = require "parley.errors"
local scheduler = require "parley.scheduler"
local values = require "parley.values"

local byte, concat, format, sub = string.byte, table.concat, string.format, string.sub
local current, monotonic, readable = scheduler.current, native.monotonic, native.readable
local error, math_type, select, tostring, type = error, math.type, select, tostring, type

local streams = {}

local FULL <const> = 8192 -- bytes
local PIECE <const> = 65536 -- the longest text of one message
local PATIENCE <const> = 0.02 -- seconds
local BURST <const> = 32 -- lines that go out at once, before a flood is taken for one

local post -- how a message is sent: post(frame, type, metadata, content)
local push -- how the sockets are written to while a handler runs
local raw -- raw(name, text) writes to the descriptor itself
local outside = {} -- stands for the frame of what is printed outside of any

local function send(frame, name, text)
  local at = 1
  while at <= #text do
    local piece = readable(sub(text, at, at + PIECE - 1), true) -- never half a character
    at = at + #piece
    post(frame ~= outside and frame or nil, "stream", "{}", format('{"name":"%s","text":%s}', name, values.encode(piece)))
  end
end

--- Sends what a frame has printed so far.
---@param frame parley.Frame|table
---@param at_end? boolean else the first bytes of a character wait for the others
local function flush(frame, at_end)
  local output = frame.output
  if not output or output.size == 0 then return end
  local text, rest = readable(concat(output), not at_end)
  frame.output = rest ~= "" and { rest, name = output.name, size = #rest } or nil
  if text ~= "" then send(frame, output.name, text) end
end

--- Whether a line that ends now may go out by itself.
local function may_go(frame, text)
  if byte(text, -1) ~= 10 then return false end
  local now = monotonic()
  if now - (frame.flushed or 0) > PATIENCE then frame.burst = 0 end
  if frame.burst >= BURST then return false end
  frame.burst, frame.flushed = frame.burst + 1, now
  return true
end

--- Takes a text that was printed now.
---@param name string "stdout" or "stderr"
---@param text string
local function write(name, text)
  if native.forked() then return raw(name, text) end
  local frame = current() or outside
  local output = frame.output
  if output and output.name ~= name then
    flush(frame, true)
    output = nil
  end
  if not output then
    output = { name = name, size = 0 }
    frame.output = output
  end
  output[#output + 1] = text
  output.size = output.size + #text
  if output.size >= FULL or may_go(frame, text) then
    flush(frame)
    push()
  end
end

--- Sends what a frame has printed; called before each of its other messages.
---@param frame? parley.Frame
function streams.flush(frame)
  frame = frame or outside
  if frame.output then flush(frame, true) end
end

--- What was printed outside of any frame (by a finalizer, say) and not yet sent.
function streams.flush_outside()
  if outside.output then flush(outside, true) end
end

local function user_print(...)
  local n = select("#", ...)
  local pieces = { ... }
  for i = 1, n do pieces[i] = tostring(pieces[i]) end
  pieces[n + 1] = "\n"
  write("stdout", n > 1 and concat(pieces, "\t", 1, n) .. "\n" or concat(pieces))
end

--- The text that file:write makes of its arguments.
local function written(...)
  local pieces = { ... }
  for i = 1, select("#", ...) do
    local piece = pieces[i]
    if type(piece) == "number" then
      pieces[i] = math_type(piece) == "float" and format("%.14g", piece) or tostring(piece)
    elseif type(piece) ~= "string" then
      error(format("bad argument #%d to 'write' (string expected, got %s)", i, piece == nil and "nil" or type(piece)), 3)
    end
  end
  return concat(pieces)
end

--- os.exit does not end the kernel, which others use: it ends the frame.
local function user_exit(status)
  local text = status == nil and "" or tostring(status)
  error(errors.failure("SystemExit", "os.exit(" .. text .. ") was called: a plugin cannot end its kernel, only this frame"), 0)
end

--- Replaces print, the writing to standard output and error, and os.exit.
---@param send_message function
---@param push_out function
function streams.install(send_message, push_out)
  post, push = send_message, push_out
  local stdout, stderr, io_output = io.stdout, io.stderr, io.output
  stdout:setvbuf("line")
  local methods = debug.getmetatable(stdout).__index
  local file_write = methods.write
  function raw(name, text) file_write(name == "stdout" and stdout or stderr, text) end

  function methods.write(file, ...)
    if file ~= stdout and file ~= stderr then return file_write(file, ...) end
    write(file == stdout and "stdout" or "stderr", written(...))
    return file
  end

  local file_output = methods.write
  function io.write(...) return file_output(io_output(), ...) end

  print, os.exit = user_print, user_exit
end

return streams
