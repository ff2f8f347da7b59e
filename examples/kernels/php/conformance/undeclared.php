<?php
Parley\provide('__plugin__.undeclared', fn () => 1);
