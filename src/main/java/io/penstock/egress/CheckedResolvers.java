package io.penstock.egress;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.function.Function;

/** One {@link CheckedResolver} for each event loop. */
final class CheckedResolvers extends AddressResolverGroup<InetSocketAddress> {

    private final Function<EventExecutor, AddressResolver<InetSocketAddress>> resolvers;
    private final Policy policy;
    private final Denials denials;

    CheckedResolvers(
            Function<EventExecutor, AddressResolver<InetSocketAddress>> resolvers, Policy policy, Denials denials) {
        this.resolvers = resolvers;
        this.policy = policy;
        this.denials = denials;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new CheckedResolver(executor, resolvers.apply(executor), policy, denials);
    }
}
