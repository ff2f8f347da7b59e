package Parley::Cells;

use v5.36;

use B ();

use Parley::Loader;
use Parley::Trace;

# Names of lexical variables, with their sigils, and references to them: `my $x` in one cell is there in the next.
my %lexicals;

sub kept ($name) {
    return $lexicals{$name};
}

my $count = 0;

sub next_number () {
    return ++$count;
}

# Runs a cell, in package main, with the SDK's names. Returns the list of its values.
sub evaluate ($code, $number) {
    my $aliases = q{};
    for my $name (sort keys %lexicals) {
        my ($sigil, $word) = $name =~ /\A(.)(.+)\z/xs;
        $aliases .= "\\my $name = \\$sigil\{Parley::Cells::kept(q{$name})}; " if index($code, $word) >= 0;
    }
    my @values
        = _eval('package main; use Parley; no strict q{vars}; use feature q{refaliasing};'
            . ' no warnings qw(experimental::refaliasing shadow void once redefine);'
            . " $aliases Parley::Cells::keep(sub { });\n#line 1 \"<cell $number>\"\n$code\n");
    my $error = $@;
    die Parley::Loader::explained($error, $code) if ref $error || length $error;
    return @values;
}

sub _eval {    ## no critic (RequireArgUnpacking)
    return eval $_[0];    ## no critic (ProhibitStringyEval RequireCheckingReturnValueOfEval)
}

# Called by a cell when it starts. The sub that it passes lies in the cell's own scope, whose variables are taken from
# there: a reference keeps each beyond the cell's end.
sub keep ($probe) {
    my $scope  = B::svref_2object($probe)->OUTSIDE;
    my @names  = $scope->PADLIST->ARRAYelt(0)->ARRAY;
    my @values = $scope->PADLIST->ARRAYelt(1)->ARRAY;
    my @mine;
    for my $index (0 .. $#names) {
        my $name = $names[$index];
        next if !$name->isa('B::PADNAME') || ($name->PV // q{}) !~ /\A[\$\@%]\w/x;
        next if $name->FLAGS & (B::PADNAMEt_OUTER | B::PADNAMEt_OUR | B::PADNAMEt_STATE);
        push @mine, [$name->PV, $name->COP_SEQ_RANGE_LOW, $name->COP_SEQ_RANGE_HIGH, $values[$index]->object_2svref];
    }

    # Those of inner blocks end sooner.
    my ($end) = sort { $b <=> $a } map { $_->[2] } @mine;
    for my $variable (sort { $a->[1] <=> $b->[1] } grep { $_->[2] == $end } @mine) {
        $lexicals{$variable->[0]} = $variable->[3];
    }
    return;
}

# What a console would show for a cell's values, undef when there is nothing worth showing. The 1 that print
# returns is not.
sub shown ($code, @values) {
    return if !@values || (@values == 1 && !defined $values[0]);
    return if $code =~ /(?:\A|[;\n])\s*(?:print|say|printf)\b[^;\n]*;?\s*\z/x;
    Parley::Kernel::need('Data/Dumper.pm');
    my @texts
        = map { Data::Dumper->new([$_])->Terse(1)->Indent(1)->Sortkeys(1)->Useqq(0)->Deparse(0)->Dump =~ s/\n\z//xr }
        @values;
    return @texts == 1 ? $texts[0] : '(' . join(', ', @texts) . ')';
}

1;

__END__

=head1 NAME

Parley::Cells - runs cells: code that comes in pieces and shares one namespace

=head1 DESCRIPTION

Everything a cell declares, C<my> variables of its outermost scope included, is there for those that follow.

=cut
