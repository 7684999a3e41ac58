package io.penstock.vault;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Sees every secret among the settings when it is read, so that none has to be listed. Those that people make up are passwords, and
 * judged by who knows what they are for.
 */
final class SetSecrets implements ConfigurationPropertiesBindHandlerAdvisor, Weaknesses {

    private static final String OF_PEOPLE = "password";

    private final List<Weakness> found = new CopyOnWriteArrayList<>();

    @Override
    public BindHandler apply(BindHandler next) {
        return new AbstractBindHandler(next) {
            @Override
            public @Nullable Object onSuccess(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
                if (result instanceof Secret secret) {
                    judge(name.toString(), secret);
                }
                return super.onSuccess(name, target, context, result);
            }
        };
    }

    /** One that is not set is missed by whoever needs it. */
    private void judge(String name, Secret secret) {
        if (secret.reveal().isBlank() || name.endsWith(OF_PEOPLE)) {
            return;
        }
        String reason = Strength.weakness(secret);
        if (reason != null) {
            found.add(new Weakness(name, reason));
        }
    }

    @Override
    public List<Weakness> find() {
        return found.stream().distinct().toList();
    }
}
