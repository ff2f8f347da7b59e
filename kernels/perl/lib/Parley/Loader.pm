package Parley::Loader;

use v5.36;

use Parley::Error;

# Runs the plugin's file, in the running frame. Modules beside it are found without any path being set.
sub load_file ($file, $folder) {
    -r $file or Parley::Error->throw(message => "the plugin's file $file cannot be read: $!");
    my %known = map { $_ => 1 } @INC;
    unshift @INC, grep { !$known{$_} } "$folder/lib", $folder;
    _run($file);
    my $error = $@;
    die _explained($error, $file) if ref $error || length $error;
    return;
}

# In package main and without any lexical of ours.
sub _run {    ## no critic (RequireArgUnpacking)
    package main;    ## no critic (ProhibitMultiplePackages)
    return do $_[0];
}

# Perl's text about a file that does not compile, or a module that is not there, made into an error that says where.
sub _explained ($error, $file) {
    return $error if ref $error;
    if ($error =~ m{\ACan't\ locate\ (\S+)\ in\ \@INC.*?\ at\ (\S+?)\ line\ ([0-9]+)}xs) {
        my ($module, $wanting, $line) = ($1 =~ s{/}{::}gxr =~ s/[.]pm\z//xr, $2, $3);
        my $environment = join ', ', grep { defined && length } @ENV{qw(PERL_LOCAL_LIB_ROOT PERL5LIB)};
        return _located($wanting, $line, undef, 'MissingModule',
            "the module $module, which $wanting wants at line $line, is not installed: cpanm $module"
            . ($environment ? " (looked in $environment, too)" : q{}), $error);
    }
    return $error if !is_syntax_error($error);
    my ($where, $line) = $error =~ /\ at\ (.+?)\ line\ ([0-9]+)(?=[,.])/x;
    return $error if !defined $line;
    my $column = _column($error, $where, $line);
    my ($said) = $error =~ /\A(.+?)\ at\ \Q$where\E/xs;
    my $near = $error =~ /line\ $line,\ near\ "([^\n"]+)/x ? qq{, near "$1"} : q{};
    return _located($where, $line, $column, 'SyntaxError', "$said at $where line $line, column $column$near", $error);
}

sub is_syntax_error ($error) {
    return $error =~ /aborted\ due\ to\ compilation\ errors|had\ compilation\ errors|\Asyntax\ error\ at
        |\ line\ [0-9]+,\ (?:near\ "|at\ (?:EOF|end\ of\ line)|within\ )|\ACan't\ find\ string\ terminator
        |\AMissing\ right|\AUnmatched\ right/x;
}

sub _located ($file, $line, $column, $ename, $message, $text) {
    my @lines = split /\n/x, $text;
    return Parley::Error::HandlerError->new(
        kind      => 'handler_error',
        ename     => $ename,
        evalue    => $lines[0],
        message   => $message,
        traceback => \@lines,
        frames    => [{
            file => $file, line => 0 + $line, function => 'main', defined $column ? (column => 0 + $column) : (),
        }],
        own_frames => [],
    );
}

# Perl says only the line, and the text that it was near to or the name that it did not know.
sub _column ($error, $file, $line) {
    open my $source, '<:encoding(UTF-8)', $file or return 1;
    my @lines = readline $source;
    close $source or return 1;
    my $text = $lines[$line - 1] // return 1;
    my ($near) = $error =~ /line\ $line,\ near\ "([^\n]+?)(?:"\n|"\z|\n)/x;
    $near //= $1 if $error =~ /\A(?:Global\ symbol\ |Bareword\ |Can't\ find\ string\ terminator\ )"?(['"]|[^"]+)"/x;
    my $at = defined $near ? index $text, $near =~ s/\s+\z//xr : -1;
    return $at + 1 if $at >= 0;
    return $text =~ /\S/x ? $-[0] + 1 : 1;
}

1;

__END__

=head1 NAME

Parley::Loader - runs a plugin's file

=head1 DESCRIPTION

A file that does not compile is told with file, line and column, a module that is missing with its name and the place
that wanted it.

=cut
