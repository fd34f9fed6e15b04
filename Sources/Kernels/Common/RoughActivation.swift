/// An activation function after quantized products: a type, so that the loop around it is compiled for it.
@usableFromInline
protocol RoughActivation {
    static func apply<V: FloatArithmetic>(_: V.Type, to value: V.Vector) -> V.Vector
}

/// The functions of `PanelBlock.Activation`.
@usableFromInline
enum RoughActivations {
    @usableFromInline enum Identity: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatArithmetic>(_: V.Type, to value: V.Vector) -> V.Vector { value }
    }

    @usableFromInline enum GELU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatArithmetic>(_: V.Type, to value: V.Vector) -> V.Vector {
            V.roughGaussianErrorLinearUnit(value)
        }
    }

    @usableFromInline enum ReLU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatArithmetic>(_: V.Type, to value: V.Vector) -> V.Vector {
            V.maximum(V.broadcast(0 as Float), value)
        }
    }

    @usableFromInline enum TanhGELU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatArithmetic>(_: V.Type, to value: V.Vector) -> V.Vector {
            let factor = V.multiplyAdd(
                V.multiply(value, value), V.broadcast(0.071_354_816_272_600_24 as Float),
                V.broadcast(1.595_769_121_605_731 as Float))
            return V.roughSigmoidProduct(value, V.multiply(value, factor))
        }
    }

    @usableFromInline enum QuickGELU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatArithmetic>(_: V.Type, to value: V.Vector) -> V.Vector {
            V.roughSigmoidProduct(value, V.multiply(value, V.broadcast(1.702 as Float)))
        }
    }

    @usableFromInline enum SiLU: RoughActivation {
        @inlinable @inline(__always)
        static func apply<V: FloatArithmetic>(_: V.Type, to value: V.Vector) -> V.Vector {
            V.roughSigmoidProduct(value, value)
        }
    }
}
