--- Where user code is: frames of its own files from Lua's stacks, and what Lua cannot suspend.

local getinfo, running = debug.getinfo, coroutine.running
local find, sub = string.find, string.sub
local next, setmetatable, type = next, setmetatable, type
local insert = table.insert

local trace = {}

--- Stacks deeper than twice this (an endless recursion) are cut in the middle.
local HALF <const> = 32

local shim_prefix = sub(getinfo(1, "S").source, 1, -#"trace.lua" - 1)

--- The folder of the shim: functions from there are not user code.
trace.folder = sub(shim_prefix, 2)

--- The plugin's folder, against which relative names of chunks are read: `loadfile "rules.lua"`.
local plugin_folder = "."

---@param folder string absolute
function trace.set_plugin_folder(folder) plugin_folder = folder end

-- The file of a function: frames have absolute paths, by the protocol. The name of a cell is no path.
local function file_of(info)
  local kind, name = sub(info.source, 1, 1), sub(info.source, 2)
  if kind == "@" then return sub(name, 1, 1) == "/" and name or plugin_folder .. "/" .. name end
  return kind == "=" and name or info.short_src
end

local function is_shim(info)
  return find(info.source, shim_prefix, 1, true) == 1
end

--- How many levels a stack has; lua_getstack walks from the top, so ask seldom.
local function depth_of(co)
  local low, high = 0, 64
  while getinfo(co, high, "l") do low, high = high, high * 2 end
  while low < high do
    local middle = (low + high) // 2
    if getinfo(co, middle, "l") then low = middle + 1 else high = middle end
  end
  return low
end

--- The frames of user code on a coroutine's stack, outermost first.
---@param co thread
---@param label string the name of the handler that the shim called
---@param entry? function that handler, when it is known
---@return table[] frames
---@return table<string, boolean> positions "file:line" as Lua writes them into messages
---@return function? outermost
local function stack(co, label, entry)
  local frames, positions, outermost = {}, {}, nil
  local depth = depth_of(co)
  local called_by_shim = true
  local level = depth - 1
  while level >= 0 do
    local info = getinfo(co, level, "Slnf")
    if info and info.what ~= "C" then
      if is_shim(info) then
        called_by_shim = true
      else
        local name = info.what == "main" and "main chunk" or not called_by_shim and info.name
          or called_by_shim and (entry == nil or entry == info.func) and label
        frames[#frames + 1] = { file = file_of(info), line = info.currentline, ["function"] = name or "anonymous" }
        positions[info.short_src .. ":" .. info.currentline] = true
        outermost = outermost or info.func
        called_by_shim = false
      end
    end
    level = level - 1
    if depth > 2 * HALF and level == depth - HALF then level = HALF end
  end
  return frames, positions, outermost
end

--- Frames of coroutines that ended with an error, until the error has passed through the coroutine outside.
local by_error = setmetatable({}, { __mode = "k" })
local last_text, last_noted

local function noted(value)
  if type(value) == "table" then return by_error[value] end
  if value == last_text then return last_noted end
end

local function append(frames, positions, more)
  for i = 1, #more.frames do frames[#frames + 1] = more.frames[i] end
  for place in next, more.positions do positions[place] = true end
end

--- Keeps the frames of a plugin's own coroutine that has just failed: its stack is gone when the error arrives outside.
---@param co thread
---@param value any the error
function trace.note(co, value)
  local frames, positions = stack(co, "coroutine")
  local inner = noted(value)
  if inner then append(frames, positions, inner) end
  local note = { frames = frames, positions = positions }
  if type(value) == "table" then by_error[value] = note else last_text, last_noted = value, note end
end

--- The handler of xpcall around user code: the error with the frames of where it was raised.
---@param value any
---@param entry? function what the shim called
---@param label? string its name
---@param co? thread the coroutine, when it is not the running one
---@return {value: any, frames: table[], positions: table<string, boolean>}
function trace.capture(value, entry, label, co)
  local frames, positions, outermost = stack(co or running(), label or "anonymous", entry)
  if entry and outermost ~= entry then
    -- The handler ended in a tail call, `return parley.call(…)`, and Lua has forgotten it: say at least where it begins.
    local info = getinfo(entry, "S")
    if info.what ~= "C" and not is_shim(info) then
      insert(frames, 1, { file = file_of(info), line = info.linedefined > 0 and info.linedefined or 1,
        ["function"] = info.what == "main" and "main chunk" or label or "anonymous" })
    end
  end
  local inner = noted(value)
  if inner then append(frames, positions, inner) end
  last_text, last_noted = nil, nil
  return { value = value, frames = frames, positions = positions }
end

--- The file and line of user code that is running.
---@return string? place
function trace.place()
  for level = 2, 50 do
    local info = getinfo(level, "Sl")
    if not info then return nil end
    if info.what ~= "C" and not is_shim(info) then return sub(info.source, 2) .. ":" .. info.currentline end
  end
end

local TRANSPARENT = { pcall = true, xpcall = true, resume = true, getinfo = true }
local TRAPS = {
  sort = { "table.sort", "fetch what the comparison needs before sorting" },
  gsub = { "string.gsub", "collect the matches with string.gmatch, make the calls, then replace" },
  tostring = { "__tostring", "keep the text in a field, made when the value is" },
  format = { "__tostring", "keep the text in a field, made when the value is" },
  load = { "the reader function of load", "read the whole text first" },
  close = { "__close of a coroutine that is being closed", "close what it holds before" },
}

--- What stands between the running function and the shim that Lua cannot suspend: its name, and the way round.
---@param co? thread whose stack is meant, when not the running one's
---@return string what
---@return string advice
function trace.trap(co)
  co = co or running()
  for level = 0, 200 do
    local info = getinfo(co, level, "Sn")
    if not info then break end
    if info.what == "C" and not TRANSPARENT[info.name or "pcall"] then
      local known = TRAPS[info.name]
      if known then return known[1], known[2] end
      return "a function called by " .. info.name, "make the call before or after it"
    end
  end
  return "a function that C code calls (a finalizer, a C library's callback)", "make the call before or after it"
end

return trace
