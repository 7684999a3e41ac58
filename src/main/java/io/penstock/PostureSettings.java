package io.penstock;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is demanded of the other settings.
 *
 * @param requireStrongSecrets {@code REQUIRE_STRONG_SECRETS}: whether any weak secret stops the start, the passwords of the database and of
 *     the first administrator among them; else they are warned of. The keys that sign and seal are never taken weak
 */
@ConfigurationProperties("penstock.posture")
record PostureSettings(@DefaultValue("false") boolean requireStrongSecrets) {}
