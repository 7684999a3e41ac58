package io.penstock.vault;

/**
 * A setting that makes the gateway easy to attack.
 *
 * @param setting its name in the environment, or its property
 * @param reason what is wrong with it and what would be right; never its value
 */
public record Weakness(String setting, String reason) {}
