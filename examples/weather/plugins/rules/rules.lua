-- Edit this while the plugins run: the next reading is judged by what stands here then.
--
-- `day` is one reading: date, precipitation (mm), temp_max and temp_min (degrees Celsius), wind (m/s), weather.
-- `measure` says which of its numbers an alert shows.

return {
  { name = "downpour", measure = "precipitation", when = function(day) return day.precipitation >= 45 end },
  { name = "heat", measure = "temp_max", when = function(day) return day.temp_max >= 34 end },
  { name = "tropical night", measure = "temp_min", when = function(day) return day.temp_min >= 18 end },
  { name = "hard frost", measure = "temp_min", when = function(day) return day.temp_min <= -6 end },
  { name = "gale", measure = "wind", when = function(day) return day.wind >= 8.5 end },
  {
    name = "ice on the roads",
    measure = "precipitation",
    when = function(day) return day.temp_min <= 0 and day.precipitation >= 5 end,
  },
}
