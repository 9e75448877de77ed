package io.millrace.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.http.Abandonment;
import io.millrace.http.Attribute;
import io.millrace.http.ConnectionInfo;
import io.millrace.http.Exchange;
import io.millrace.http.Headers;
import io.millrace.http.RequestHead;
import io.millrace.http.RequestNotes;
import io.millrace.http.Response;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What delegates passes all on: a method with a default is forgotten without a compiler's word. */
class DelegationTest {

    private static Set<String> instanceMethods(Class<?> type) {
        Set<String> names = new TreeSet<>();
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers())
                        && !method.isSynthetic() && Modifier.isPublic(method.getModifiers()))
                .forEach(method -> names.add(
                        method.getName() + "/" + method.getParameterCount()));
        return names;
    }

    private static void assertDelegates(Class<?> contract, Class<?> delegating,
            String... leftOut) {
        Set<String> missing = instanceMethods(contract);
        missing.removeAll(instanceMethods(delegating));
        assertEquals(Set.of(leftOut), missing);
    }

    /** Something of a type, which nothing else is. */
    private static Object any(Class<?> type, boolean flag) {
        if (type == boolean.class) {
            return flag;
        }
        if (type == long.class) {
            return flag ? 7L : 70L;
        }
        Map<Class<?>, Object> others = Map.of(String.class, "text" + flag,
                Headers.class, Headers.of("A", "b"),
                ConnectionInfo.class, ConnectionInfo.builder().build(),
                RequestNotes.class, RequestNotes.kept(), Attribute.class, Attribute.of("a"),
                Response.class, Response.text("a"), Duration.class, Duration.ofNanos(7),
                Abandonment.class, Abandonment.STOPPED);
        return others.containsKey(type) ? others.get(type) : type.isInterface()
                ? stub(type, (stub, method, given) -> null)
                : type.isAssignableFrom(Throwable.class) ? new Throwable() : null;
    }

    private static <T> T stub(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (stub, method, given) -> method.getDeclaringClass() != Object.class
                        ? calls.invoke(stub, method, given)
                        : method.getName().equals("equals") ? stub == given[0]
                        : method.getName().equals("hashCode") ? (Object) 1 : "a stub"));
    }

    /** Calls each method: the inner one hears the same, and what it returns is returned. */
    private static <T> void assertPassesOn(Class<T> contract, UnaryOperator<T> wrapping,
            String... leftOut) throws Exception {
        for (Method method : contract.getMethods()) {
            for (boolean flag : new boolean[] {true, false}) {
                if (Modifier.isStatic(method.getModifiers())
                        || List.of(leftOut).contains(method.getName())) {
                    continue;
                }
                Object[] args = Arrays.stream(method.getParameterTypes())
                        .map(type -> any(type, flag)).toArray();
                Object result = any(method.getReturnType(), flag);
                List<Object> heard = new ArrayList<>();
                T wrapped = wrapping.apply(stub(contract, (inner, called, given) -> {
                    heard.add(called);
                    heard.addAll(Arrays.asList(given == null ? new Object[0] : given));
                    return result;
                }));
                heard.clear();
                assertEquals(result, method.invoke(wrapped, args), method::toString);
                List<Object> all = new ArrayList<>(List.of(method));
                all.addAll(Arrays.asList(args));
                assertEquals(all, heard);
            }
        }
    }

    @Test
    void wrappedRequestPassesEachCallOn() throws Exception {
        assertPassesOn(RequestHead.class, inner -> new WrappedRequest(inner) {});
    }

    @Test
    void wrappedExchangePassesEachCallOn() throws Exception {
        assertPassesOn(Exchange.class, inner -> new WrappedExchange(inner) {}, "stage");
    }

    @Test
    void wrappedRequestDelegatesAll() {
        assertDelegates(RequestHead.class, WrappedRequest.class);
    }

    @Test
    void wrappedExchangeDelegatesAllButTheStageThatItHasNot() {
        assertDelegates(Exchange.class, WrappedExchange.class, "stage/0");
    }

    @Test
    void offloadedExchangeDelegatesAllButTheStageThatItHasNot() throws Exception {
        assertDelegates(Exchange.class, Class.forName(
                "io.millrace.http.OffloadedHandler$OffloadedExchange"), "stage/0");
    }
}
