--- Notebook cells: Jupyter's execute_request, in one namespace that lives as long as the kernel.

local executor = require "parley.executor"
local loader = require "parley.loader"
local requests = require "parley.requests"
local values = require "parley.values"

local concat, format, match, sort = table.concat, string.format, string.match, table.sort
local gsub, ipairs, math_type, next, pcall, rawget, select, tostring, type =
  string.gsub, ipairs, math.type, next, pcall, rawget, select, tostring, type
local byte, getmetatable = string.byte, debug.getmetatable
local post, encode = requests.post, values.encode

local cells = {}

local DEPTH <const> = 16
local environment
local count = 0

---@param plugin parley.Plugin the plugin that cells are, to the SDK
function cells.open(plugin)
  environment = loader.environment(".", plugin.sdk)
  plugin.environment = environment
  cells.plugin = plugin
end

local ESCAPES <const> = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"' }

local function quoted(text)
  return '"' .. gsub(text, '[%c"\\\127]', function(c) return ESCAPES[c] or format("\\%03d", byte(c)) end) .. '"'
end

local function key_order(a, b)
  local x, y = type(a), type(b)
  if x == y and (x == "number" or x == "string") then return a < b end
  if x ~= y then return x < y end
  return tostring(a) < tostring(b)
end

local dump

local function dump_table(value, indent, seen)
  if seen[value] then return "<cycle>" end
  if #indent > 2 * DEPTH then return "{…}" end
  seen[value] = true
  local pieces, length, inner = {}, #value, indent .. "  "
  for i = 1, length do pieces[i] = dump(rawget(value, i), inner, seen) end
  local keys = {}
  for key in next, value do
    if not (math_type(key) == "integer" and key >= 1 and key <= length) then keys[#keys + 1] = key end
  end
  sort(keys, key_order)
  for _, key in ipairs(keys) do
    local name = type(key) == "string" and match(key, "^[%a_][%w_]*$") or "[" .. dump(key, inner, seen) .. "]"
    pieces[#pieces + 1] = name .. " = " .. dump(rawget(value, key), inner, seen)
  end
  seen[value] = nil
  local line = "{" .. concat(pieces, ", ") .. "}"
  if #line + #indent <= 80 then return line end
  return "{\n" .. inner .. concat(pieces, ",\n" .. inner) .. "\n" .. indent .. "}"
end

--- A value as one can read it: strings quoted, tables in Lua's own notation, keys in order.
function dump(value, indent, seen)
  if type(value) == "string" then return quoted(value) end
  if type(value) == "table" then
    local class = getmetatable(value)
    if type(class) ~= "table" or not rawget(class, "__tostring") then return dump_table(value, indent or "", seen or {}) end
  end
  local ok, text = pcall(tostring, value)
  return ok and text or "<" .. type(value) .. ">"
end
cells.dump = dump

local function compile(code, number)
  local file = format("<cell %d>", number)
  local chunk = loader.compile("return " .. code, file, "=" .. file, environment)
  if chunk then return chunk end
  return loader.compile(code, file, "=" .. file, environment)
end

local function show(frame, number, n, ...)
  if n == 0 or n == 1 and (...) == nil then return end
  local pieces = { ... }
  for i = 1, n do pieces[i] = dump(pieces[i]) end
  post(frame, "execute_result", "{}", format('{"execution_count":%d,"data":{"text/plain":%s},"metadata":{}}', number,
    encode(requests.text(concat(pieces, "\t")))))
end

local function finish(frame, number, ok, ...)
  if ok then
    if not frame.silent then show(frame, number, select("#", ...), ...) end
    return post(frame, "execute_reply", '{"outcome":"ok"}',
      format('{"status":"ok","execution_count":%d,"payload":[],"user_expressions":{}}', number))
  end
  frame:fail((...))
end

--- Replies to a cell that failed: the error as a message, and in the reply.
local function fail(frame, failure)
  local outcome, content = executor.error_of(frame, failure)
  content.ename, content.evalue = content.ename or "Cancelled", content.evalue or content.message
  requests.refuse(frame, "error", outcome, { ename = content.ename, evalue = content.evalue, traceback = content.traceback })
  content.status, content.execution_count = "error", frame.number
  requests.refuse(frame, "execute_reply", outcome, content)
end

local function body(frame)
  local number = frame.number
  local chunk, problem = compile(frame.code, number)
  if not chunk then return frame:fail { value = problem, frames = {} } end
  frame.entry = chunk
  finish(frame, number, executor.run(chunk))
end

--- Opens the frame of a cell.
---@param message parley.Message
function cells.execute(message)
  local content = message.content
  local silent = content.silent == true
  if not silent then count = count + 1 end
  executor.open(message, "execute_reply", cells.plugin, "cell", function(frame)
    frame.code, frame.silent, frame.number, frame.fail = tostring(content.code or ""), silent, count, fail
    body(frame)
  end)
end

return cells
