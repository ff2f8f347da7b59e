<?php
class Boom extends Exception {}
throw new Boom('not today');
