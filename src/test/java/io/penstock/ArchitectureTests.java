package io.penstock;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;

/** Holds the map of the packages: who may know whom. */
class ArchitectureTests {

    private static final String ROOT = "io.penstock";

    /** Each package, and after the arrow the packages that it may know. The root package may know all of them. */
    private static final Map<String, Set<String>> MAY_KNOW = table("""
            wire       ->
            loop       ->
            vault      ->
            store      -> loop vault
            ingress    -> wire loop
            egress     -> wire vault
            caller     -> wire vault store loop ingress egress
            account    -> caller store vault loop wire egress audit
            catalog    -> wire store vault loop
            setting    -> vault access
            access     -> caller account catalog wire loop store
            credential -> access caller catalog vault wire audit
            oauth      -> credential caller catalog wire store vault loop ingress egress
            relay      -> access caller catalog credential wire egress vault store loop
            health     -> relay oauth caller catalog store loop wire
            audit      -> wire store loop vault
            mcp        -> wire vault loop ingress caller access catalog credential relay audit
            api        -> wire loop vault store ingress egress caller access catalog health audit account credential oauth
            """);

    private static final Set<String> EDGES = Set.of("mcp", "api");

    /** Names that say nothing about what is inside. */
    private static final Set<String> EMPTY_NAMES =
            Set.of("util", "utils", "common", "config", "service", "model", "dto", "helper", "impl", "misc", "core");

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void everyPackageIsInTheTable() {
        assertThat(PRODUCT).isNotEmpty();

        assertThat(PRODUCT.stream().map(ArchitectureTests::part).filter(part -> !part.isEmpty()))
                .isSubsetOf(MAY_KNOW.keySet());
    }

    @Test
    void theTableNamesOnlyItsOwnPackages() {
        assertThat(MAY_KNOW.values().stream().flatMap(Set::stream)).isSubsetOf(MAY_KNOW.keySet());
    }

    @Test
    void everyArrowIsInTheTable() {
        Stream<String> arrows = PRODUCT.stream()
                .filter(type -> !part(type).isEmpty())
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(arrow ->
                        isOurs(arrow.getTargetClass()) && !isAllowed(arrow.getOriginClass(), arrow.getTargetClass()))
                .map(arrow -> arrow.getDescription());

        assertThat(arrows).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "catalog", "store"})
    void roomsOfAPackageHaveNoCycles(String part) {
        slices().matching("io.(**)")
                .should()
                .beFreeOfCycles()
                .check(PRODUCT.that(resideInAPackage(ROOT + "." + part + "..")));
    }

    @Test
    void nobodyKnowsAnEdge() {
        assertThat(MAY_KNOW.values().stream().flatMap(Set::stream)).doesNotContainAnyElementsOf(EDGES);
    }

    @Test
    void noPackageHasAnEmptyName() {
        Stream<String> names = PRODUCT.stream()
                .flatMap(type -> Arrays.stream(type.getPackageName().split("\\.", -1)));

        assertThat(names).doesNotContainAnyElementsOf(EMPTY_NAMES);
    }

    /** Work that repeats belongs to loop; the rest is subscribed by the server. */
    @Test
    void nobodySubscribesButLoop() {
        Stream<String> subscribing = uses(Publisher.class, "subscribe", "subscribeWith")
                .filter(use -> !part(use.getOriginOwner()).equals("loop"))
                .map(JavaAccess::getDescription);

        assertThat(subscribing).isEmpty();
    }

    /** A blocked event loop stops every call that it carries. */
    @Test
    void nobodyBlocks() {
        Stream<String> blocking = uses(
                        Publisher.class, "block", "blockFirst", "blockLast", "blockOptional", "toIterable", "toStream")
                .map(JavaAccess::getDescription);

        assertThat(blocking).isEmpty();
    }

    @Test
    void nobodySleeps() {
        assertThat(uses(Thread.class, "sleep").map(JavaAccess::getDescription)).isEmpty();
    }

    /** A thread that calls wake for the housekeeping of a cache costs each of them a tenth: whoever looks into a cache keeps it in order. */
    @Test
    void noCacheWakesAnotherThread() {
        assertThat(perType("executor")).isEqualTo(perType("newBuilder")).isNotEmpty();
    }

    private static Map<String, Long> perType(String method) {
        return uses(Caffeine.class, method)
                .collect(groupingBy(use -> use.getOriginOwner().getName(), counting()));
    }

    /** Where the product calls, or refers to, one of these methods of that type or of what extends it. */
    private static Stream<? extends JavaAccess<?>> uses(Class<?> owner, String... names) {
        Set<String> methods = Set.of(names);
        return PRODUCT.stream()
                .flatMap(type -> Stream.<JavaAccess<?>>concat(
                        type.getMethodCallsFromSelf().stream(), type.getMethodReferencesFromSelf().stream()))
                .filter(use ->
                        methods.contains(use.getName()) && use.getTargetOwner().isAssignableTo(owner));
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static boolean isAllowed(JavaClass from, JavaClass to) {
        return part(from).equals(part(to))
                || MAY_KNOW.getOrDefault(part(from), Set.of()).contains(part(to));
    }

    /** The first segment below the root package, empty for the root package itself. */
    private static String part(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
    }

    private static Map<String, Set<String>> table(String lines) {
        return lines.lines()
                .map(line -> line.split("->", -1))
                .collect(toMap(line -> line[0].strip(), line -> words(line[1])));
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .collect(toSet());
    }

    /** Of what callers show: how long it takes would tell how much of a guess is right. */
    @Test
    void noSecretIsComparedByItsLetters() {
        var comparisons = Set.of("equals", "equalsIgnoreCase", "contentEquals", "compareTo", "regionMatches");
        var whereCallersAreMet = Set.of("ingress", "caller", "account", "access", "mcp", "api");
        Stream<String> letterByLetter = PRODUCT.stream()
                .filter(type -> whereCallersAreMet.contains(part(type)))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getTarget().getFullName().endsWith("Secret.reveal()")))
                .filter(method -> method.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().isEquivalentTo(String.class)
                                && comparisons.contains(call.getName())))
                .map(JavaMember::getFullName);

        assertThat(letterByLetter).isEmpty();
    }
}
