# Everything here is plain cargo; `.ci/run` is what counts.
# Formatting and lints.
check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# All tests.
test *ARGUMENTS:
    cargo test --locked {{ARGUMENTS}}

# Take the present output as the expected one; read the diff before committing it.
accept:
    INSTA_UPDATE=always cargo test --locked --test it
    git diff --stat -- '*.snap'

# Measure.
bench:
    cargo bench --locked

# What a merge needs: a clean clone, all of it.
ci:
    .ci/run
