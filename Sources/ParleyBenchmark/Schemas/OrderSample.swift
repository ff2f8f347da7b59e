/// A schema and a payload such as applications have: an order of about a kilobyte.
///
/// Of what drafts 7 and 2020-12 have in common, because Debian's ajv knows only the older one.
enum OrderSample {
  static let schema = #"""
    {"type": "object", "additionalProperties": false,
     "required": ["id", "placed", "customer", "items", "total", "currency"],
     "properties": {
       "id": {"type": "string", "pattern": "^ORD-[0-9]{4}-[0-9]{6}$"},
       "placed": {"type": "string", "minLength": 20, "maxLength": 35},
       "currency": {"enum": ["EUR", "USD", "GBP", "CHF", "JPY"]},
       "total": {"type": "number", "minimum": 0},
       "paid": {"type": "boolean"},
       "note": {"type": ["string", "null"], "maxLength": 500},
       "customer": {"$ref": "#/definitions/customer"},
       "items": {"type": "array", "minItems": 1, "maxItems": 200,
                 "items": {"$ref": "#/definitions/item"}},
       "tags": {"type": "array", "uniqueItems": true, "items": {"type": "string"}},
       "payment": {"oneOf": [
         {"type": "object", "required": ["kind", "iban"], "properties": {
           "kind": {"const": "bank"}, "iban": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}"}}},
         {"type": "object", "required": ["kind", "last4"], "properties": {
           "kind": {"const": "card"}, "last4": {"type": "string", "pattern": "^[0-9]{4}$"}}}]}},
     "definitions": {
       "customer": {"type": "object", "required": ["id", "name", "address"], "properties": {
         "id": {"type": "integer", "minimum": 1},
         "name": {"type": "string", "minLength": 1, "maxLength": 100},
         "email": {"type": "string", "pattern": "^[^@ ]+@[^@ ]+$"},
         "address": {"$ref": "#/definitions/address"}}},
       "address": {"type": "object", "required": ["street", "city", "country"], "properties": {
         "street": {"type": "string"}, "city": {"type": "string"},
         "postcode": {"type": "string", "maxLength": 12},
         "country": {"type": "string", "pattern": "^[A-Z]{2}$"}}},
       "item": {"type": "object", "additionalProperties": false,
         "required": ["sku", "quantity", "price"], "properties": {
         "sku": {"type": "string", "pattern": "^[A-Z0-9-]{4,20}$"},
         "name": {"type": "string", "maxLength": 200},
         "quantity": {"type": "integer", "minimum": 1, "maximum": 10000},
         "price": {"type": "number", "minimum": 0},
         "discount": {"type": "number", "minimum": 0, "exclusiveMaximum": 1}}}}}
    """#

  static let payload = #"""
    {"id": "ORD-2024-004711", "placed": "2024-03-09T14:05:31.250+01:00", "currency": "EUR",
     "customer": {"id": 90210, "name": "Ada Lovelace", "email": "ada@example.org",
       "address": {"street": "12 St James's Square", "city": "London", "postcode": "SW1Y 4LB",
                   "country": "GB"}},
     "items": [
       {"sku": "LAMP-0042", "name": "Desk lamp, brass", "quantity": 1, "price": 79.9},
       {"sku": "BULB-E27-60", "name": "Bulb, warm white", "quantity": 4, "price": 3.49, "discount": 0.1},
       {"sku": "CABLE-3M", "name": "Cable, three metres, textile", "quantity": 2, "price": 12.5},
       {"sku": "SHADE-LINEN", "name": "Shade, linen, natural", "quantity": 1, "price": 34.95},
       {"sku": "SWITCH-BK", "name": "Switch, black", "quantity": 2, "price": 5.75}],
     "tags": ["lighting", "gift", "fragile"],
     "payment": {"kind": "card", "last4": "4242", "brand": "visa"},
     "note": "Please ring twice; the bell is quiet.", "paid": true, "total": 167.81}
    """#
}
