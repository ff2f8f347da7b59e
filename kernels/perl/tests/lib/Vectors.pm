package Vectors;

use v5.36;

use File::Basename qw(dirname);
use File::Spec;
use JSON::PP;

# The project's vectors: beside the kernels, or where PARLEY_SPECS says.
sub load ($name) {
    my $specs = $ENV{PARLEY_SPECS} // File::Spec->catdir(dirname(__FILE__), ('..') x 4, 'specs');
    my $path  = File::Spec->catfile($specs, 'vectors', "$name.json");
    open my $file, '<:raw', $path or die "$path: $!";
    local $/ = undef;
    return JSON::PP->new->utf8->decode(scalar readline $file);
}

sub unhex ($hex) {
    return pack 'H*', $hex;
}

1;
