package io.penstock.setting;

import io.penstock.setting.Refusals.Refused;
import io.penstock.vault.KnownWeaknesses;
import io.penstock.vault.Weakness;
import io.penstock.vault.Weaknesses;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tells at the start which settings make the gateway easy to attack, and does not let it start with any of them where that is asked for. */
@Component
final class Posture implements SmartInitializingSingleton, KnownWeaknesses {

    private static final Logger LOG = LoggerFactory.getLogger(Posture.class);

    private final ObjectProvider<Weaknesses> weaknesses;
    private final PostureSettings settings;
    private final SettingNames names;

    Posture(ObjectProvider<Weaknesses> weaknesses, PostureSettings settings, Environment environment) {
        this.weaknesses = weaknesses;
        this.settings = settings;
        this.names = new SettingNames(environment);
    }

    @Override
    public List<Weakness> all() {
        return weaknesses
                .orderedStream()
                .flatMap(some -> some.find().stream())
                .map(found -> new Weakness(names.of(found.setting()), found.reason()))
                .toList();
    }

    /** Before anything listens. */
    @Override
    public void afterSingletonsInstantiated() {
        List<Weakness> found = all();
        if (settings.requireStrongSecrets() && !found.isEmpty()) {
            throw Refusals.of(
                    found.stream()
                            .map(weakness -> new Refused(weakness.setting(), weakness.reason()))
                            .toList(),
                    " REQUIRE_STRONG_SECRETS=true takes nothing that is easy to attack.");
        }
        for (Weakness weakness : found) {
            LOG.warn(
                    "{}: {} REQUIRE_STRONG_SECRETS=true does not start with it", weakness.setting(), weakness.reason());
        }
    }
}
