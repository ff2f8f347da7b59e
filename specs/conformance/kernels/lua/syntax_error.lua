-- The next line but one is wrong.
local a = 1
local = 2
