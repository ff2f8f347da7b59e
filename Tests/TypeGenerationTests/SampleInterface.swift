import KernelProtocol
import TypeGeneration

/// Two plugins with what schemas usually have: required and optional fields, choices, arrays, references, null.
enum SampleInterface {
  static let plugins = [
    PluginInterface(
      plugin: "shop",
      events: [
        PluginInterface.Event(name: "order:placed", payload: order, summary: "an order came in"),
        PluginInterface.Event(name: "shop:closed", payload: nil),
      ],
      methods: [
        PluginInterface.Method(
          name: "shop.orders", params: ["properties": ["since": ["type": "string"]]],
          result: ["$ref": "#/$defs/order", "$defs": ["order": order]], isStream: true)
      ]),
    PluginInterface(
      plugin: "pricing", events: [],
      methods: [
        PluginInterface.Method(
          name: "pricing.quote",
          params: [
            "type": "object", "required": ["sku", "quantity"],
            "properties": ["sku": ["type": "string"], "quantity": ["type": "integer"]],
          ],
          result: [
            "type": "object", "required": ["total"], "properties": ["total": ["type": "number"]],
          ],
          isStream: false, summary: "what so many of it cost")
      ]),
  ]

  static let order: JSONValue = [
    "type": "object", "description": "What a customer wants.",
    "required": ["id", "items", "currency"],
    "properties": [
      "id": ["type": "integer"],
      "items": ["type": "array", "items": ["$ref": "#/$defs/item"]],
      "currency": ["enum": ["EUR", "USD"]],
      "note": ["type": ["string", "null"], "description": "from the customer"],
      "gift-wrap": ["type": "boolean"],
      "class": ["anyOf": [["type": "integer"], ["const": "express"]]],
    ],
    "$defs": [
      "item": [
        "type": "object", "required": ["sku"],
        "properties": [
          "sku": ["type": "string"], "parts": ["type": "array", "items": ["$ref": "#/$defs/item"]],
          "extra": ["type": "object", "additionalProperties": ["type": "number"]],
        ],
      ]
    ],
  ]

  static let model = TypeModel(plugins)
}
