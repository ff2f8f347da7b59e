import KernelProtocol

/// A module for Perl: the types as POD, and a sub that checks a payload.
struct PerlTypes {
  let model: TypeModel

  var text: String {
    var source = SourceText()
    source.line("package ParleyTypes;")
    source.line("use v5.36;")
    source.line("use Exporter 'import';")
    source.line("our @EXPORT_OK = qw(check_event check_params check_result);")
    source.line()
    source.line("# \(SourceText.origin)")
    source.line()
    table("TYPES", model.declarations.map { ($0.name, body($0)) }, to: &source)
    table("EVENTS", model.events.map { ($0.name, type($0.payload)) }, to: &source)
    table("PARAMS", model.methods.map { ($0.name, type($0.params)) }, to: &source)
    table("RESULTS", model.methods.map { ($0.name, type($0.result)) }, to: &source)
    source.line(Self.checker)
    source.line("1;")
    source.line()
    documentation(to: &source)
    return source.text
  }

  private func table(
    _ name: String, _ entries: [(String, String)], to source: inout SourceText
  ) {
    source.line("my %\(name) = (")
    for (key, value) in entries {
      source.line("    \(SourceText.singleQuoted(key)) => \(value),")
    }
    source.line(");")
    source.line()
  }

  private func body(_ declaration: TypeDeclaration) -> String {
    guard case .object(let fields) = declaration.body else {
      if case .alias(let shape) = declaration.body { return type(shape) }
      return "['any']"
    }
    let members = fields.map { field in
      "\(SourceText.singleQuoted(field.name)) => [\(field.isRequired ? 1 : 0), \(type(field.shape))]"
    }
    return "['object', {\(members.joined(separator: ", "))}]"
  }

  private func type(_ shape: TypeShape) -> String {
    switch shape {
    case .any: "['any']"
    case .null: "['null']"
    case .boolean: "['boolean']"
    case .integer: "['integer']"
    case .number: "['number']"
    case .string: "['string']"
    case .literals(let values): "['literals', \(values.map(literal).joined(separator: ", "))]"
    case .array(let element): "['array', \(type(element))]"
    case .map(let value): "['map', \(type(value))]"
    case .union(let shapes): "['union', \(shapes.map(type).joined(separator: ", "))]"
    case .named(let name): "['named', \(SourceText.singleQuoted(name))]"
    }
  }

  private func literal(_ value: JSONValue) -> String {
    switch value {
    case .null: "undef"
    case .string(let text): SourceText.singleQuoted(text)
    case .bool(let bool): bool ? "1" : "0"
    default: value.description
    }
  }

  /// Says what is wrong and where; a shape is a list that begins with its kind.
  private static let checker = #"""
    my %SCALARS = (
        boolean => sub ($v) { ref $v ? ref($v) =~ /Bool/ : $v =~ /\A[01]?\z/ },
        integer => sub ($v) { !ref $v && $v =~ /\A-?[0-9]+(?:\.0+)?\z/ },
        number  => sub ($v) { !ref $v && $v =~ /\A-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\z/ },
        string  => sub ($v) { !ref $v },
    );

    # The first thing that is wrong, or nothing.
    sub _problem ($shape, $value, $path) {
        my ($kind, @rest) = @{$shape};
        return                                               if $kind eq 'any';
        return _problem($TYPES{ $rest[0] }, $value, $path)   if $kind eq 'named';
        return _members($rest[0], $value, $path)             if $kind eq 'object';
        return _alternatives(\@rest, $value, $path)          if $kind eq 'union';
        return _literal(\@rest, $value, $path)               if $kind eq 'literals';
        if ($kind eq 'null') { return defined $value ? "$path: expected undef" : () }
        return "$path: expected $kind, got undef" if !defined $value;
        if (my $fits = $SCALARS{$kind}) { return $fits->($value) ? () : "$path: expected $kind" }
        return $kind eq 'array' ? _elements($rest[0], $value, $path) : _values($rest[0], $value, $path);
    }

    sub _members ($fields, $value, $path) {
        return "$path: expected an object" if ref $value ne 'HASH';
        for my $name (sort keys %{$fields}) {
            my ($is_required, $shape) = @{ $fields->{$name} };
            if (!exists $value->{$name}) {
                return "$path: `$name` is missing" if $is_required;
                next;
            }
            my $problem = _problem($shape, $value->{$name}, "$path/$name");
            return $problem if $problem;
        }
        return;
    }

    sub _elements ($shape, $value, $path) {
        return "$path: expected an array" if ref $value ne 'ARRAY';
        for my $index (keys @{$value}) {
            my $problem = _problem($shape, $value->[$index], "$path/$index");
            return $problem if $problem;
        }
        return;
    }

    sub _values ($shape, $value, $path) {
        return "$path: expected an object" if ref $value ne 'HASH';
        for my $name (sort keys %{$value}) {
            my $problem = _problem($shape, $value->{$name}, "$path/$name");
            return $problem if $problem;
        }
        return;
    }

    sub _alternatives ($shapes, $value, $path) {
        for my $shape (@{$shapes}) { return if !_problem($shape, $value, $path) }
        return "$path: none of the " . @{$shapes} . ' alternatives fits';
    }

    sub _literal ($literals, $value, $path) {
        for my $literal (@{$literals}) {
            return if defined $literal ? defined $value && $value eq $literal : !defined $value;
        }
        return "$path: expected one of " . join ', ', map { $_ // 'undef' } @{$literals};
    }

    sub _check ($what, $table, $name, $value) {
        my $shape = $table->{$name} or die "there is no $what `$name`\n";
        my $problem = _problem($shape, $value, '');
        die "$what `$name`: $problem\n" if $problem;
        return $value;
    }

    sub check_event ($name, $payload = {})  { return _check('event',     \%EVENTS,  $name, $payload) }
    sub check_params ($name, $params = {})  { return _check('method',    \%PARAMS,  $name, $params) }
    sub check_result ($name, $result)       { return _check('result of', \%RESULTS, $name, $result) }

    """#

  private func documentation(to source: inout SourceText) {
    source.line("=encoding utf8\n")
    source.line("=head1 NAME\n\nParleyTypes - the events and methods of the plugins\n")
    source.line("=head1 SYNOPSIS\n")
    source.line("    use ParleyTypes 'check_event';")
    source.line("    emit 'order:placed', check_event('order:placed', { ... });\n")
    section("EVENTS", model.events.map { ($0.name, plain($0.payload), $0.summary) }, to: &source)
    section(
      "METHODS",
      model.methods.map { ($0.name, "\(plain($0.params)) -> \(plain($0.result))", $0.summary) },
      to: &source)
    source.line("=head1 TYPES\n")
    for declaration in model.declarations { describe(declaration, to: &source) }
    source.line("=cut")
  }

  private func section(
    _ title: String, _ entries: [(name: String, types: String, summary: String?)],
    to source: inout SourceText
  ) {
    source.line("=head1 \(title)\n")
    for entry in entries {
      source.line("=head2 \(entry.name)\n\n\(entry.types)\n")
      // A line that begins with `=` would be a command.
      if let summary = entry.summary { source.line("Z<>\(summary.replacing("\n", with: " "))\n") }
    }
  }

  private func describe(_ declaration: TypeDeclaration, to source: inout SourceText) {
    source.line("=head2 \(declaration.name)\n")
    if case .alias(let shape) = declaration.body { source.line(plain(shape) + "\n") }
    for field in declaration.fields {
      let optional = field.isRequired ? "" : " (may be left out)"
      source.line("    \(field.name): \(plain(field.shape))\(optional)")
    }
    source.line()
  }

  private func plain(_ shape: TypeShape) -> String {
    switch shape {
    case .any: "anything"
    case .null: "undef"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .literals(let values): values.map(\.description).joined(separator: " or ")
    case .array(let element): "array of \(plain(element))"
    case .map(let value): "object of \(plain(value))"
    case .union(let shapes): shapes.map(plain).joined(separator: " or ")
    case .named(let name): name
    }
  }
}
