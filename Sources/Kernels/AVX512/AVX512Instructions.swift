#if arch(x86_64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.intel

    /// Six rows and four columns: 24 sums, 4 columns and a row make 29 of 32 registers.
    extension AVX512Vectors: VectorInstructions {
        @inlinable @inline(__always) public static var tileRows: Int { 6 }

        /// Which lanes of two vectors are added in each step. They are read from memory because the compiler, where it
        /// knows them, takes the steps apart into four times as many narrow ones.
        @inlinable @inline(__always)
        public static func prepare(_ constants: UnsafeMutableRawPointer) {
            let lanes = constants.assumingMemoryBound(to: SIMD16<Int32>.self)
            lanes[0] = SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
            lanes[1] = SIMD16(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
            lanes[2] = SIMD16(0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
            lanes[3] = SIMD16(1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31)
            lanes[4] = SIMD16(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
            lanes[5] = SIMD16(4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
        }

        @inlinable @inline(__always)
        public static func reduce(
            _ sums: InlineArray<8, Vector>, early: UnsafePointer<Vector>, columns: Int, constants: UnsafeRawPointer
        ) -> (SIMD4<Float>, SIMD4<Float>) {
            let lanes = constants.assumingMemoryBound(to: __m512i.self)
            /// Eight lanes of the first row's column, then eight of the second row's.
            @inline(__always)
            func eights(_ column: Int) -> Vector {
                add(sums[unchecked: column], sums[unchecked: 4 &+ column], lanes)
            }
            let twos = add(
                add(eights(0), eights(1), lanes + 2), add(eights(2), eights(3), lanes + 2), lanes + 2)
            let ones = add(twos, twos, lanes + 4)
            return (ones.lowHalf.lowHalf, ones.lowHalf.highHalf)
        }

        @inlinable @inline(__always)
        static func add(_ a: Vector, _ b: Vector, _ lanes: UnsafePointer<__m512i>) -> Vector {
            add(_mm512_permutex2var_ps(a, lanes[0], b), _mm512_permutex2var_ps(a, lanes[1], b))
        }
    }
#endif
