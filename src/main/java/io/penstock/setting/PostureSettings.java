package io.penstock.setting;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is demanded of the other settings.
 *
 * @param requireStrongSecrets {@code REQUIRE_STRONG_SECRETS}: whether whatever {@code /admin/posture} would list stops the start: weak secrets,
 *     the passwords of the database and of the first administrator among them, a database elsewhere without verified TLS, anonymous callers,
 *     wide ranges of proxies or destinations; else they are warned of. The keys that sign and seal are never taken weak
 */
@ConfigurationProperties("penstock.posture")
record PostureSettings(@DefaultValue("false") boolean requireStrongSecrets) {}
