/// An activation function after products in fewer bits: a type, so that the loop around it is compiled for it.
@usableFromInline
protocol RoughActivation {
    static func apply<V: FloatVectors>(_: V.Type, to value: V.Vector) -> V.Vector
}

/// The functions of `PanelBlock.Activation`. Factors are those of the precise forms, times log₂ e where a power of two
/// follows.
@usableFromInline
enum RoughActivations {
    @usableFromInline enum Identity: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatVectors>(_: V.Type, to value: V.Vector) -> V.Vector { value }
    }

    @usableFromInline enum GELU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatVectors>(_: V.Type, to value: V.Vector) -> V.Vector {
            V.roughGaussianErrorLinearUnit(value)
        }
    }

    @usableFromInline enum ReLU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatVectors>(_: V.Type, to value: V.Vector) -> V.Vector { V.maximum(V.zero, value) }
    }

    @usableFromInline enum TanhGELU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatVectors>(_: V.Type, to value: V.Vector) -> V.Vector {
            let factor = V.multiplyAdd(
                V.multiply(value, value), V.broadcast(0.102_943_239_6 as Float), V.broadcast(2.302_208_198_1 as Float))
            return V.roughSigmoidProduct(value, V.multiply(value, factor))
        }
    }

    @usableFromInline enum QuickGELU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatVectors>(_: V.Type, to value: V.Vector) -> V.Vector {
            V.roughSigmoidProduct(value, V.multiply(value, V.broadcast(2.455_466_959_6 as Float)))
        }
    }

    @usableFromInline enum SiLU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatVectors>(_: V.Type, to value: V.Vector) -> V.Vector {
            V.roughSigmoidProduct(value, V.multiply(value, V.broadcast(1.442_695_040_9 as Float)))
        }
    }
}
