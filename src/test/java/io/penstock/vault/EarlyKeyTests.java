package io.penstock.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

class EarlyKeyTests {

    private static final Secret SECRET = new Secret("Zt5mQ8wE1rY7uI3oP9aS2dF6gH0jK4lX");
    private static final Secret OTHER = new Secret("Hx2nB7vC4zL9kJ6hG1fD8sA3qW5eR0tY");

    private final GenericApplicationContext context = new GenericApplicationContext();

    @Test
    void theKeyIsTheOneThatIsDerivedAnyway() throws Exception {
        assertThat(EarlyKey.begin(SECRET).of(SECRET).equalsKey(DerivedKey.of(SECRET)))
                .isTrue();
    }

    @Test
    void anotherSecretHasItsOwn() throws Exception {
        assertThat(EarlyKey.begin(SECRET).of(OTHER).equalsKey(DerivedKey.of(OTHER)))
                .isTrue();
    }

    @Test
    void itBeginsWithTheSettings() throws Exception {
        set(SECRET);

        assertThat(begun().of(SECRET).equalsKey(DerivedKey.of(SECRET))).isTrue();
    }

    @Test
    void itBeginsBeforeThemWhereTheEnvironmentHasTheSecret() throws Exception {
        set(SECRET);

        assertThat(begun(SECRET.reveal()).of(SECRET).equalsKey(DerivedKey.of(SECRET)))
                .isTrue();
    }

    @Test
    void theSettingCountsWhereTheEnvironmentHasAnother() throws Exception {
        set(SECRET);

        assertThat(begun(OTHER.reveal()).of(SECRET).equalsKey(DerivedKey.of(SECRET)))
                .isTrue();
    }

    @Test
    void whatTheEnvironmentHasIsNothingWhereItIsNoSetting() {
        set(new Secret(""));

        assertThat(begun(SECRET.reveal())).isNull();
    }

    @Test
    void aSecretWithAPlaceholderInItIsRead() throws Exception {
        var odd = new Secret(SECRET.reveal() + "${nowhere}");
        set(odd);

        assertThat(begun().of(odd).equalsKey(DerivedKey.of(odd))).isTrue();
    }

    @Test
    void aSecretThatCannotBeReadIsLeftToTheSettings() {
        set(new Secret(SECRET.reveal() + "${penstock.vault.secret}"));

        assertThat(begun()).isNull();
    }

    @Test
    void nothingBeginsWithASecretThatWillBeRefused() {
        set(new Secret("changeme"));

        assertThat(begun()).isNull();
        assertThat(begun("changeme")).isNull();
    }

    private void set(Secret secret) {
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("set", Map.of("penstock.vault.secret", secret.reveal())));
    }

    private EarlyKey begun() {
        return begun(null);
    }

    private EarlyKey begun(@Nullable String likely) {
        new EarlyKey.Beginning(likely).initialize(context);
        if (!context.isActive()) {
            context.refresh();
        }
        return context.getBeanProvider(EarlyKey.class).getIfAvailable();
    }
}
