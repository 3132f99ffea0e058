// Programs of sigma that draw without instances. Software WebGL (SwiftShader, which browsers fall back to on a machine without a
// graphics card) runs one draw call for each instance: 10,000 persons cost more than half a second a frame, drawn from one plain
// buffer they cost a few milliseconds.

import {
  EdgeArrowHeadProgram, EdgeClampedProgram, EdgeRectangleProgram, NodeCircleProgram, createEdgeCompoundProgram,
  type EdgeProgramType, type NodeProgramType,
} from 'sigma/rendering';

interface Definition { VERTICES: number; ATTRIBUTES: unknown[]; CONSTANT_ATTRIBUTES: unknown[]; CONSTANT_DATA: number[][] }
/** What is used of a program of sigma; its classes for persons and for ties differ only in what they read from. */
interface Instanced {
  array: Float32Array;
  VERTICES: number;
  getDefinition(): Definition;
  processVisibleItem(index: number, start: number, ...data: unknown[]): void;
  render(params: unknown): void;
}
type Class = new (gl: never, picking: never, sigma: never) => Instanced;

/** The same program with what is constant written out for each vertex. `rests` says when nothing is to be drawn. */
function flat(Base: Class, rests: () => boolean): Class {
  return class extends Base {
    // Made when first used: the constructor of the base asks for the definition before fields of this class stand.
    private item: Float32Array | undefined;
    private constants: number[][] | undefined;

    // Nothing is drawn a second time to know what lies under the mouse: the picture asks the places of the persons for that.
    constructor(gl: never, _: never, sigma: never) {
      super(gl, null as never, sigma);
    }
    override getDefinition(): Definition {
      const { CONSTANT_ATTRIBUTES, CONSTANT_DATA, ATTRIBUTES, ...rest } = super.getDefinition();
      return { ...rest, ATTRIBUTES: [...ATTRIBUTES, ...CONSTANT_ATTRIBUTES] } as Definition;
    }
    override processVisibleItem(index: number, start: number, ...data: unknown[]): void {
      this.constants ??= super.getDefinition().CONSTANT_DATA;
      const stride = (this as unknown as { ATTRIBUTES_ITEMS_COUNT: number }).ATTRIBUTES_ITEMS_COUNT;
      const own = stride - this.constants[0]!.length;
      const all = this.array;
      this.item ??= new Float32Array(own);
      this.array = this.item;
      super.processVisibleItem(index, 0, ...data);
      this.array = all;
      for (const constant of this.constants) {
        for (let i = 0; i < own; i++) all[start + i] = this.item[i]!;
        for (let i = 0; i < constant.length; i++) all[start + own + i] = constant[i]!;
        start += stride;
      }
    }
    override render(params: unknown): void {
      if (!rests()) super.render(params);
    }
  };
}

const edge = (Base: unknown, rests: () => boolean) => flat(Base as Class, rests) as unknown as EdgeProgramType;
const never = () => false;

export const persons = (): NodeProgramType => flat(NodeCircleProgram as unknown as Class, never) as unknown as NodeProgramType;
export const lines = (rests: () => boolean = never): EdgeProgramType => edge(EdgeRectangleProgram, rests);
export const arrows = (rests: () => boolean = never): EdgeProgramType => createEdgeCompoundProgram([edge(EdgeClampedProgram, rests), edge(EdgeArrowHeadProgram, rests)]);
