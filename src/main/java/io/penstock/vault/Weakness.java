package io.penstock.vault;

/**
 * A setting that makes the gateway easy to attack.
 *
 * @param setting its name in the environment, or its property
 * @param reason what is wrong with it and what would be right; never its value
 * @param secret whether it is a secret that could be guessed, which {@code REQUIRE_STRONG_SECRETS} does not start with
 */
public record Weakness(String setting, String reason, boolean secret) {}
